drop table registration_changes;
drop index registrations_by_address;
alter table registrations alter column email_key type text collate "default";
alter table registrations alter column search_text type text collate "default";
alter table registrations drop column checked_in_by;
alter table registrations drop column checked_in_at;
alter table registrations drop column note;
