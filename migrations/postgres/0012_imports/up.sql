create table imports (
  id uuid primary key,
  workspace_id uuid not null references workspaces (id),
  event_id uuid not null references events (id) on delete cascade,
  actor text not null,
  format text not null check (format in ('frab_xml', 'frab_json', 'csv')),
  state text not null check (state in ('checked', 'refused', 'applying', 'applied', 'failed', 'expired')),
  mode text check (mode in ('merge', 'replace')),
  body bytea,
  counts text not null,
  findings text not null,
  event_revision bigint not null,
  total integer not null,
  done integer not null,
  result text,
  revision bigint not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  finished_at timestamptz
);
create index imports_by_event on imports (event_id, id);

create table session_sources (
  session_id uuid primary key references sessions (id) on delete cascade,
  event_id uuid not null references events (id) on delete cascade,
  source_key text,
  details text not null
);
create unique index session_sources_by_key on session_sources (event_id, source_key);

create table programme_sources (
  event_id uuid primary key references events (id) on delete cascade,
  details text not null,
  updated_at timestamptz not null
);

create table speaker_sources (
  workspace_id uuid not null references workspaces (id),
  source_key text not null,
  speaker_id uuid not null references speakers (id) on delete cascade,
  primary key (workspace_id, source_key)
);
create index speaker_sources_by_speaker on speaker_sources (speaker_id);
