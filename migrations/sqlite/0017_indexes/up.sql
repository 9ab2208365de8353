-- When a workspace last changed is asked at every look at its feed; what is published anywhere is listed without one.
create index events_by_change on events (workspace_id, updated_at);
create index events_published on events (sorts_at, id) where visibility = 'published';
