create table materials (
  id uuid primary key,
  workspace_id uuid not null references workspaces (id),
  series_id uuid references series (id) on delete cascade,
  event_id uuid references events (id) on delete cascade,
  session_id uuid references sessions (id) on delete cascade,
  position integer not null,
  kind text not null check (kind in ('recording', 'slides', 'agenda', 'concept_note', 'report', 'minutes', 'paper', 'photo', 'press_release', 'transcript', 'poster', 'other')),
  title text not null,
  url text not null,
  media_type text,
  language text,
  size_bytes bigint,
  duration_seconds integer,
  speaker_id uuid references speakers (id),
  organisation_id uuid references organisations (id),
  visibility text not null check (visibility in ('public', 'registrants', 'staff')),
  available_from timestamptz,
  license text,
  description text,
  published_at timestamptz,
  revision bigint not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  check ((series_id is null and event_id is not null) or (series_id is not null and event_id is null and session_id is null))
);
create index materials_by_series on materials (series_id, position, id);
create index materials_by_event on materials (event_id, position, id);
create index materials_by_session on materials (session_id, position, id);
create index materials_by_speaker on materials (speaker_id);
create index materials_by_organisation on materials (organisation_id);
