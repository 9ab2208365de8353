-- What an event asks of people who register. An event without a row asks nothing beyond name and address.
create table registration_forms (
  event_id blob primary key references events (id) on delete cascade,
  workspace_id blob not null references workspaces (id),
  questions text not null,
  consent_text text,
  consent_version integer not null,
  revision integer not null,
  updated_at text not null
) strict;

-- A registration says what it is for and which text was consented to; who has to confirm an address, and who decided.
alter table registrations add column attendance text not null default 'live' check (attendance in ('live', 'recording'));
alter table registrations add column consent_version integer not null default 0;
alter table registrations add column verify_by text;
alter table registrations add column verified_at text;
alter table registrations add column decided_at text;
alter table registrations add column decided_by text;
alter table registrations add column decision_reason text;
