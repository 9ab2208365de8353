alter table registrations drop column decision_reason;
alter table registrations drop column decided_by;
alter table registrations drop column decided_at;
alter table registrations drop column verified_at;
alter table registrations drop column verify_by;
alter table registrations drop column consent_version;
alter table registrations drop column attendance;
drop table registration_forms;
