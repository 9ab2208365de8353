-- Who wants no reminders, follow-ups and announcements of a workspace any more. The address is known by its digest alone.
create table unsubscriptions (
  workspace_id blob not null references workspaces (id),
  address_digest blob not null,
  created_at text not null,
  primary key (workspace_id, address_digest)
) strict;

-- What the staff write to those who registered for an event.
create table announcements (
  id blob primary key,
  workspace_id blob not null references workspaces (id),
  event_id blob not null references events (id) on delete cascade,
  subject text not null,
  body text not null,
  audience text not null,
  actor text not null,
  created_at text not null
) strict;
create index announcements_by_event on announcements (event_id, id);

-- A member may be told once a day.
alter table members add column notices_kept text not null default 'none' check (notices_kept in ('each', 'daily', 'none'));
update members set notices_kept = notices;
alter table members drop column notices;
alter table members rename column notices_kept to notices;
