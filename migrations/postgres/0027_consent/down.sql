update registrations set consented_at = created_at where consented_at is null;
update registrations set consent_version = 0 where consent_version is null;
alter table registrations alter column consented_at set not null;
alter table registrations alter column consent_version set default 0;
alter table registrations alter column consent_version set not null;
