-- Which mails went to an address, and what became of those about an event, is asked without reading every message; so is what
-- has had its time.
create index outbox_messages_by_recipient on outbox_messages (workspace_id, recipient_digest)
  where recipient_digest is not null;
create index outbox_messages_by_event on outbox_messages (event_id, kind);
create index outbox_messages_by_end on outbox_messages (finished_at) where finished_at is not null;

-- Whom an announcement was for when it was written: how many get a mail, want none, and cannot be written to.
alter table announcements add column recipients integer;
alter table announcements add column unsubscribed integer;
alter table announcements add column suppressed integer;
