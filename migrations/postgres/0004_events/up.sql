create table series (
  id uuid primary key,
  workspace_id uuid not null references workspaces (id),
  slug text not null,
  title text not null,
  details text not null,
  languages text not null,
  visibility text not null check (visibility in ('draft', 'published', 'archived')),
  search_text text not null,
  revision bigint not null,
  published_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  unique (workspace_id, slug)
);
create index series_newest on series (workspace_id, id);

create table series_organisations (
  series_id uuid not null references series (id) on delete cascade,
  organisation_id uuid not null references organisations (id),
  role text not null,
  position integer not null,
  primary key (series_id, organisation_id, role)
);

create table events (
  id uuid primary key,
  workspace_id uuid not null references workspaces (id),
  series_id uuid references series (id),
  series_position integer,
  uid text not null unique,
  kind text not null,
  title text not null,
  details text not null,
  languages text not null,
  precision text not null,
  edtf text,
  local_start timestamp,
  local_end timestamp,
  timezone text,
  timezone_label text,
  starts_at timestamptz,
  ends_at timestamptz,
  sorts_at timestamptz not null,
  until_at timestamptz,
  previous_whens text not null,
  visibility text not null check (visibility in ('draft', 'published', 'archived')),
  status text not null check (status in ('tentative', 'scheduled', 'postponed', 'cancelled')),
  search_text text not null,
  sequence integer not null,
  revision bigint not null,
  published_at timestamptz,
  cancelled_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create index events_in_order on events (workspace_id, sorts_at, id);
create index events_of_series on events (series_id, sorts_at, id);

create table event_seats (
  event_id uuid primary key references events (id) on delete cascade,
  capacity integer check (capacity >= 0),
  taken integer not null check (taken >= 0),
  waiting integer not null check (waiting >= 0),
  queue_tail bigint not null
);

create table event_organisations (
  event_id uuid not null references events (id) on delete cascade,
  organisation_id uuid not null references organisations (id),
  role text not null,
  position integer not null,
  primary key (event_id, organisation_id, role)
);
create index event_organisations_by_organisation on event_organisations (organisation_id, event_id);

create table event_changes (
  id uuid primary key,
  event_id uuid not null references events (id) on delete cascade,
  actor text not null,
  action text not null,
  reason text,
  before text,
  after text,
  created_at timestamptz not null
);
create index event_changes_by_event on event_changes (event_id, id);
