alter table outbox_messages drop column dated_at;
