alter table registrations rename column consented_at to known_consented_at;
alter table registrations rename column consent_version to known_consent_version;
alter table registrations add column consented_at text not null default '1970-01-01T00:00:00.000000Z';
alter table registrations add column consent_version integer not null default 0;
update registrations
set consented_at = coalesce(known_consented_at, created_at), consent_version = coalesce(known_consent_version, 0);
alter table registrations drop column known_consented_at;
alter table registrations drop column known_consent_version;
