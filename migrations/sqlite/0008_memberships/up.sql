create table memberships (
  id blob primary key,
  workspace_id blob not null references workspaces (id),
  body_id blob not null references organisations (id),
  category text not null,
  holds_from text,
  holds_until text,
  from_day text,
  until_day text,
  note text,
  revision integer not null,
  created_at text not null,
  updated_at text not null,
  check (until_day > from_day)
) strict;
create index memberships_of_body on memberships (body_id, category, id);
create index memberships_of_workspace on memberships (workspace_id);

create table membership_holders (
  membership_id blob not null references memberships (id) on delete cascade,
  organisation_id blob not null references organisations (id),
  position integer not null check (position > 0),
  primary key (membership_id, organisation_id),
  unique (membership_id, position)
) strict;
create index membership_holders_by_organisation on membership_holders (organisation_id, membership_id);

alter table organisations add column merged_into blob references organisations (id) on delete cascade;
create index organisations_by_merger on organisations (merged_into);

create index series_organisations_by_organisation on series_organisations (organisation_id, series_id);
