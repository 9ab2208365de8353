-- Of whom the staff have entered or imported it is not known that they consented.
alter table registrations alter column consented_at drop not null;
alter table registrations alter column consent_version drop not null;
alter table registrations alter column consent_version drop default;
update registrations
set consented_at = null, consent_version = null
where id in (select registration_id from registration_changes where action in ('entered', 'imported'));
