-- Whether anything of a workspace's programme has changed is asked at every look at a feed: the index alone answers.
drop index events_by_change;
create index events_by_change on events (workspace_id, updated_at, revision);
