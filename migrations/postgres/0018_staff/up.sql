alter table registrations add column note text;
alter table registrations add column checked_in_at timestamptz;
alter table registrations add column checked_in_by text;
-- Lists are sorted by the one, and found by the other.
alter table registrations alter column search_text type text collate "C";
alter table registrations alter column email_key type text collate "C";
create index registrations_by_address on registrations (workspace_id, email_key, id);

create table registration_changes (
  id uuid primary key,
  registration_id uuid not null references registrations (id) on delete cascade,
  actor text not null,
  action text not null,
  reason text,
  fields text not null,
  created_at timestamptz not null
);
create index registration_changes_by_registration on registration_changes (registration_id, id);
