alter table rooms add column revision bigint not null default 1;
