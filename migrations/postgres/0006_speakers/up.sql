create table speakers (
  id uuid primary key,
  workspace_id uuid not null references workspaces (id),
  name text not null,
  bio text,
  photo_url text,
  links text not null,
  email text,
  timezone text,
  sort_key text collate "C" not null,
  search_text text not null,
  revision bigint not null,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create index speakers_by_name on speakers (workspace_id, sort_key, id);

create table appearances (
  id uuid primary key,
  workspace_id uuid not null references workspaces (id),
  event_id uuid not null references events (id) on delete cascade,
  session_id uuid references sessions (id) on delete cascade,
  position integer not null,
  speaker_id uuid references speakers (id),
  organisation_id uuid references organisations (id),
  label text,
  role text not null,
  affiliation text,
  job_title text,
  status text not null check (status in ('tbc', 'invited', 'confirmed', 'declined', 'withdrawn')),
  note text,
  recording_consent integer,
  revision bigint not null,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create index appearances_by_event on appearances (event_id, position, id);
create index appearances_by_session on appearances (session_id);
create index appearances_by_speaker on appearances (speaker_id, event_id);
create index appearances_by_organisation on appearances (organisation_id);
