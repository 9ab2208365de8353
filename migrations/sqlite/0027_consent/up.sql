-- Of whom the staff have entered or imported it is not known that they consented.
alter table registrations rename column consented_at to said_consented_at;
alter table registrations rename column consent_version to said_consent_version;
alter table registrations add column consented_at text;
alter table registrations add column consent_version integer;
update registrations
set consented_at = said_consented_at, consent_version = said_consent_version
where id not in (select registration_id from registration_changes where action in ('entered', 'imported'));
alter table registrations drop column said_consented_at;
alter table registrations drop column said_consent_version;
