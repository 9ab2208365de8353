alter table outbox_messages add column recipient_digest blob;
alter table outbox_messages add column bounced_at text;
alter table outbox_messages add column bounce_kind text check (bounce_kind in ('soft', 'hard', 'complaint'));
alter table outbox_messages add column bounce_status text;
alter table outbox_messages add column bounce_diagnostic text;

create table suppressions (
  id blob primary key,
  workspace_id blob not null references workspaces (id),
  address_digest blob not null,
  address text,
  reason text not null check (reason in ('hard_bounce', 'complaint', 'manual')),
  status text,
  diagnostic text,
  message_id blob,
  count integer not null,
  first_seen_at text not null,
  last_seen_at text not null,
  search_text text not null,
  unique (workspace_id, address_digest)
) strict;
create index suppressions_by_workspace on suppressions (workspace_id, id);
