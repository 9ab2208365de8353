create table registrations (
  id blob primary key,
  workspace_id blob not null references workspaces (id),
  event_id blob not null references events (id),
  name text not null,
  email text not null,
  email_key text not null,
  organisation text,
  timezone text,
  language text not null,
  answers text not null,
  consented_at text not null,
  state text not null check (state in ('pending_verification', 'pending_approval', 'confirmed', 'attended', 'no_show', 'waitlisted', 'offered', 'cancelled', 'rejected', 'expired')),
  queue_position integer,
  offer_expires_at text,
  link_version integer not null,
  confirmed_at text,
  ended_at text,
  search_text text not null,
  revision integer not null,
  created_at text not null,
  updated_at text not null
) strict;
create unique index registrations_active on registrations (event_id, email_key) where state not in ('cancelled', 'rejected', 'expired');
create index registrations_by_event on registrations (event_id, id);
create index registrations_queue on registrations (event_id, queue_position) where state = 'waitlisted';
