create table memberships (
  id uuid primary key,
  workspace_id uuid not null references workspaces (id),
  body_id uuid not null references organisations (id),
  category text collate "C" not null,
  holds_from text,
  holds_until text,
  from_day text collate "C",
  until_day text collate "C",
  note text,
  revision bigint not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  check (until_day > from_day)
);
create index memberships_of_body on memberships (body_id, category, id);
create index memberships_of_workspace on memberships (workspace_id);

create table membership_holders (
  membership_id uuid not null references memberships (id) on delete cascade,
  organisation_id uuid not null references organisations (id),
  position integer not null check (position > 0),
  primary key (membership_id, organisation_id),
  unique (membership_id, position)
);
create index membership_holders_by_organisation on membership_holders (organisation_id, membership_id);

alter table organisations add column merged_into uuid references organisations (id) on delete cascade;
create index organisations_by_merger on organisations (merged_into);

create index series_organisations_by_organisation on series_organisations (organisation_id, series_id);
