alter table speakers add column affiliations text not null default '[]';

-- Which organisations the affiliations name, so that none of these can be deleted.
create table speaker_organisations (
  speaker_id blob not null references speakers (id) on delete cascade,
  organisation_id blob not null references organisations (id),
  primary key (speaker_id, organisation_id)
) strict;
create index speaker_organisations_by_organisation on speaker_organisations (organisation_id);

alter table appearances add column invitation_version integer not null default 0;
alter table appearances add column invitation_message text;
alter table appearances add column invited_at text;
alter table appearances add column respond_by text;
alter table appearances add column answered_at text;
alter table appearances add column answer_note text;
