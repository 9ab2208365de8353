drop index events_published;
drop index events_by_change;
