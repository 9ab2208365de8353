alter table workspaces drop column links;
