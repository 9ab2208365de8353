create table speakers (
  id blob primary key,
  workspace_id blob not null references workspaces (id),
  name text not null,
  bio text,
  photo_url text,
  links text not null,
  email text,
  timezone text,
  sort_key text not null,
  search_text text not null,
  revision integer not null,
  created_at text not null,
  updated_at text not null
) strict;
create index speakers_by_name on speakers (workspace_id, sort_key, id);

create table appearances (
  id blob primary key,
  workspace_id blob not null references workspaces (id),
  event_id blob not null references events (id) on delete cascade,
  session_id blob references sessions (id) on delete cascade,
  position integer not null,
  speaker_id blob references speakers (id),
  organisation_id blob references organisations (id),
  label text,
  role text not null,
  affiliation text,
  job_title text,
  status text not null check (status in ('tbc', 'invited', 'confirmed', 'declined', 'withdrawn')),
  note text,
  recording_consent integer,
  revision integer not null,
  created_at text not null,
  updated_at text not null
) strict;
create index appearances_by_event on appearances (event_id, position, id);
create index appearances_by_session on appearances (session_id);
create index appearances_by_speaker on appearances (speaker_id, event_id);
create index appearances_by_organisation on appearances (organisation_id);
