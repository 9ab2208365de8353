drop index events_by_change;
create index events_by_change on events (workspace_id, updated_at);
