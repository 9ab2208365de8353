create table registrations (
  id uuid primary key,
  workspace_id uuid not null references workspaces (id),
  event_id uuid not null references events (id),
  name text not null,
  email text not null,
  email_key text not null,
  organisation text,
  timezone text,
  language text not null,
  answers text not null,
  consented_at timestamptz not null,
  state text not null check (state in ('pending_verification', 'pending_approval', 'confirmed', 'attended', 'no_show', 'waitlisted', 'offered', 'cancelled', 'rejected', 'expired')),
  queue_position bigint,
  offer_expires_at timestamptz,
  link_version integer not null,
  confirmed_at timestamptz,
  ended_at timestamptz,
  search_text text not null,
  revision bigint not null,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create unique index registrations_active on registrations (event_id, email_key) where state not in ('cancelled', 'rejected', 'expired');
create index registrations_by_event on registrations (event_id, id);
create index registrations_queue on registrations (event_id, queue_position) where state = 'waitlisted';
