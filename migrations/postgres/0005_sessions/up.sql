create table rooms (
  id uuid primary key,
  event_id uuid not null references events (id) on delete cascade,
  name text not null,
  capacity integer,
  position integer not null
);
create index rooms_by_event on rooms (event_id, position, id);

create table sessions (
  id uuid primary key,
  event_id uuid not null references events (id) on delete cascade,
  parent_id uuid references sessions (id) on delete cascade,
  position integer not null,
  uid text not null unique,
  kind text not null,
  label text,
  title text not null,
  abstract_text text,
  guiding_questions text not null,
  local_start timestamp,
  local_end timestamp,
  starts_at timestamptz,
  ends_at timestamptz,
  duration_seconds integer,
  room_id uuid references rooms (id),
  track text,
  language text,
  revision bigint not null,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create index sessions_by_event on sessions (event_id, position, id);
create index sessions_by_parent on sessions (parent_id);
create index sessions_by_room on sessions (room_id);
