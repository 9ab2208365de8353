-- When a message was first due, or put off to, where that is not when it was promised: the date of its mail.
alter table outbox_messages add column dated_at timestamptz;
