alter table workspaces add column retention_days integer;
alter table workspaces add column retention_since text;

-- Who had what erased, without saying of whom.
create table erasures (
  id blob primary key,
  workspace_id blob not null references workspaces (id),
  cause text not null check (cause in ('staff', 'person', 'retention')),
  actor text,
  address_digest blob,
  counts text not null,
  created_at text not null
) strict;
create index erasures_by_workspace on erasures (workspace_id, id);
