-- Registrations that were made together, for several events of a series: one mail is about all of them, and its link opens
-- those whose own links have not been replaced since.
create table registration_groups (
  id blob primary key,
  workspace_id blob not null references workspaces (id),
  series_id blob not null references series (id) on delete cascade,
  created_at text not null
) strict;
create table registration_group_members (
  group_id blob not null references registration_groups (id) on delete cascade,
  registration_id blob not null references registrations (id) on delete cascade,
  link_version integer not null,
  primary key (group_id, registration_id)
) strict;
create index registration_group_members_by_registration on registration_group_members (registration_id);

-- How often strangers entered an address, known by a digest that only the server's key makes. Kept for a day.
create table address_entries (
  digest blob primary key,
  entries integer not null,
  began_at text not null
) strict;
create index address_entries_by_age on address_entries (began_at);
