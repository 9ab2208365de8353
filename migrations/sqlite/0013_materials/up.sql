create table materials (
  id blob primary key,
  workspace_id blob not null references workspaces (id),
  series_id blob references series (id) on delete cascade,
  event_id blob references events (id) on delete cascade,
  session_id blob references sessions (id) on delete cascade,
  position integer not null,
  kind text not null check (kind in ('recording', 'slides', 'agenda', 'concept_note', 'report', 'minutes', 'paper', 'photo', 'press_release', 'transcript', 'poster', 'other')),
  title text not null,
  url text not null,
  media_type text,
  language text,
  size_bytes integer,
  duration_seconds integer,
  speaker_id blob references speakers (id),
  organisation_id blob references organisations (id),
  visibility text not null check (visibility in ('public', 'registrants', 'staff')),
  available_from text,
  license text,
  description text,
  published_at text,
  revision integer not null,
  created_at text not null,
  updated_at text not null,
  check ((series_id is null and event_id is not null) or (series_id is not null and event_id is null and session_id is null))
) strict;
create index materials_by_series on materials (series_id, position, id);
create index materials_by_event on materials (event_id, position, id);
create index materials_by_session on materials (session_id, position, id);
create index materials_by_speaker on materials (speaker_id);
create index materials_by_organisation on materials (organisation_id);
