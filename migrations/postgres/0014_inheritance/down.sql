alter table sessions drop column search_text;
alter table events drop column series_defaults;
