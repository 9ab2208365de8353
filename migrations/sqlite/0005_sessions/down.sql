drop table sessions;
drop table rooms;
