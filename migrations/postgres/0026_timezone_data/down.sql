drop table timezone_data;
