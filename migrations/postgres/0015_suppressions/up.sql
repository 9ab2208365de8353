alter table outbox_messages add column recipient_digest bytea;
alter table outbox_messages add column bounced_at timestamptz;
alter table outbox_messages add column bounce_kind text check (bounce_kind in ('soft', 'hard', 'complaint'));
alter table outbox_messages add column bounce_status text;
alter table outbox_messages add column bounce_diagnostic text;

create table suppressions (
  id uuid primary key,
  workspace_id uuid not null references workspaces (id),
  address_digest bytea not null,
  address text,
  reason text not null check (reason in ('hard_bounce', 'complaint', 'manual')),
  status text,
  diagnostic text,
  message_id uuid,
  count integer not null,
  first_seen_at timestamptz not null,
  last_seen_at timestamptz not null,
  search_text text not null,
  unique (workspace_id, address_digest)
);
create index suppressions_by_workspace on suppressions (workspace_id, id);
