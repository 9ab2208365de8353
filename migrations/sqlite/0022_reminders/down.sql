alter table members add column notices_kept text not null default 'none' check (notices_kept in ('each', 'none'));
update members set notices_kept = case when notices = 'daily' then 'each' else notices end;
alter table members drop column notices;
alter table members rename column notices_kept to notices;
drop table announcements;
drop table unsubscriptions;
