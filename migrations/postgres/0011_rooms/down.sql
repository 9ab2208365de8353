alter table rooms drop column revision;
