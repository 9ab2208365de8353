alter table announcements drop column suppressed;
alter table announcements drop column unsubscribed;
alter table announcements drop column recipients;
drop index outbox_messages_by_end;
drop index outbox_messages_by_event;
drop index outbox_messages_by_recipient;
