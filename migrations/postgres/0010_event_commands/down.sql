alter table event_changes drop column notice;
