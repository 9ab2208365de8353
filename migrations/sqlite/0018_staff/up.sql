alter table registrations add column note text;
alter table registrations add column checked_in_at text;
alter table registrations add column checked_in_by text;
create index registrations_by_address on registrations (workspace_id, email_key, id);

create table registration_changes (
  id blob primary key,
  registration_id blob not null references registrations (id) on delete cascade,
  actor text not null,
  action text not null,
  reason text,
  fields text not null,
  created_at text not null
) strict;
create index registration_changes_by_registration on registration_changes (registration_id, id);
