drop table event_changes;
drop table event_organisations;
drop table event_seats;
drop table events;
drop table series_organisations;
drop table series;
