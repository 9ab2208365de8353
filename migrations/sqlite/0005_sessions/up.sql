create table rooms (
  id blob primary key,
  event_id blob not null references events (id) on delete cascade,
  name text not null,
  capacity integer,
  position integer not null
) strict;
create index rooms_by_event on rooms (event_id, position, id);

create table sessions (
  id blob primary key,
  event_id blob not null references events (id) on delete cascade,
  parent_id blob references sessions (id) on delete cascade,
  position integer not null,
  uid text not null unique,
  kind text not null,
  label text,
  title text not null,
  abstract_text text,
  guiding_questions text not null,
  local_start text,
  local_end text,
  starts_at text,
  ends_at text,
  duration_seconds integer,
  room_id blob references rooms (id),
  track text,
  language text,
  revision integer not null,
  created_at text not null,
  updated_at text not null
) strict;
create index sessions_by_event on sessions (event_id, position, id);
create index sessions_by_parent on sessions (parent_id);
create index sessions_by_room on sessions (room_id);
