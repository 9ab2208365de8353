-- Who followed their link into the meeting, and when. It stands beside the registration, because to follow a link is no change
-- of it.
create table registration_visits (
  registration_id blob primary key references registrations (id) on delete cascade,
  event_id blob not null references events (id) on delete cascade,
  first_joined_at text not null,
  last_joined_at text not null,
  joined_count integer not null
) strict;
create index registration_visits_by_event on registration_visits (event_id);

-- The calendar of everything that a person has registered for in a workspace. Their address is the person.
create table personal_feeds (
  id blob primary key,
  workspace_id blob not null references workspaces (id),
  email_key text not null,
  version integer not null,
  created_at text not null,
  updated_at text not null
) strict;
create unique index personal_feeds_by_address on personal_feeds (workspace_id, email_key);

-- Whoever has registered before has one too. Its id is that of their first registration: any id that nothing else of its kind has.
insert into personal_feeds (id, workspace_id, email_key, version, created_at, updated_at)
select min(id), workspace_id, email_key, 1, min(created_at), min(created_at)
from registrations
group by workspace_id, email_key;
