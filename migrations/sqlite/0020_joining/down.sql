drop table personal_feeds;
drop table registration_visits;
