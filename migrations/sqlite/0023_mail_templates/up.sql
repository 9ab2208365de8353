-- What a workspace writes in one of its mails, in one language, instead of ours. Taken back, the row stays with neither subject
-- nor text, so that its revision only rises.
create table mail_wordings (
  workspace_id blob not null references workspaces (id),
  name text not null,
  language text not null,
  subject text,
  body text,
  revision integer not null,
  created_at text not null,
  updated_at text not null,
  primary key (workspace_id, name, language)
) strict;
