alter table workspaces add column retention_days integer;
alter table workspaces add column retention_since timestamptz;

-- Who had what erased, without saying of whom.
create table erasures (
  id uuid primary key,
  workspace_id uuid not null references workspaces (id),
  cause text not null check (cause in ('staff', 'person', 'retention')),
  actor text,
  address_digest bytea,
  counts text not null,
  created_at timestamptz not null
);
create index erasures_by_workspace on erasures (workspace_id, id);
