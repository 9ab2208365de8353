create table outbox_messages (
  id uuid primary key,
  workspace_id uuid not null references workspaces (id),
  kind text not null,
  payload text not null,
  dedupe_key text unique,
  event_id uuid,
  registration_id uuid,
  state text not null check (state in ('queued', 'sent', 'skipped', 'failed')),
  attempts integer not null,
  due_at timestamptz not null,
  lease_id uuid,
  leased_until timestamptz,
  last_error text,
  created_at timestamptz not null,
  finished_at timestamptz
);
create index outbox_messages_due on outbox_messages (due_at) where state = 'queued';
create index outbox_messages_by_workspace on outbox_messages (workspace_id, id);
create index outbox_messages_by_registration on outbox_messages (registration_id);

create table idempotency_keys (
  scope text not null,
  key text not null,
  request_hash bytea not null,
  status integer not null,
  headers text not null,
  body text not null,
  created_at timestamptz not null,
  primary key (scope, key)
);
create index idempotency_keys_by_age on idempotency_keys (created_at);
