drop table appearances;
drop table speakers;
