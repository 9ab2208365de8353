create table outbox_messages (
  id blob primary key,
  workspace_id blob not null references workspaces (id),
  kind text not null,
  payload text not null,
  dedupe_key text unique,
  event_id blob,
  registration_id blob,
  state text not null check (state in ('queued', 'sent', 'skipped', 'failed')),
  attempts integer not null,
  due_at text not null,
  lease_id blob,
  leased_until text,
  last_error text,
  created_at text not null,
  finished_at text
) strict;
create index outbox_messages_due on outbox_messages (due_at) where state = 'queued';
create index outbox_messages_by_workspace on outbox_messages (workspace_id, id);
create index outbox_messages_by_registration on outbox_messages (registration_id);

create table idempotency_keys (
  scope text not null,
  key text not null,
  request_hash blob not null,
  status integer not null,
  headers text not null,
  body text not null,
  created_at text not null,
  primary key (scope, key)
) strict;
create index idempotency_keys_by_age on idempotency_keys (created_at);
