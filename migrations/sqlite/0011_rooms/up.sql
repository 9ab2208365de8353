alter table rooms add column revision integer not null default 1;
