-- Addresses of a workspace's own frontend. Whatever is absent is ours.
alter table workspaces add column links text not null default '{}';
