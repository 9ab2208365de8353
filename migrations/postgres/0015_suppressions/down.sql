drop table suppressions;
alter table outbox_messages drop column bounce_diagnostic;
alter table outbox_messages drop column bounce_status;
alter table outbox_messages drop column bounce_kind;
alter table outbox_messages drop column bounced_at;
alter table outbox_messages drop column recipient_digest;
