drop table erasures;
alter table workspaces drop column retention_since;
alter table workspaces drop column retention_days;
