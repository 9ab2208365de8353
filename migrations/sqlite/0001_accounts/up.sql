create table workspaces (
  id blob primary key,
  slug text not null unique,
  name text not null,
  timezone text not null,
  language text not null,
  sender_name text,
  reply_to text,
  calendar_method text not null check (calendar_method in ('request', 'publish')),
  revision integer not null,
  created_at text not null,
  updated_at text not null
) strict;

create table members (
  id blob primary key,
  workspace_id blob not null references workspaces (id),
  email text not null,
  email_key text not null,
  name text not null,
  role text not null check (role in ('owner', 'organiser', 'editor', 'assistant', 'viewer')),
  password_hash text,
  notices text not null check (notices in ('each', 'none')),
  revision integer not null,
  created_at text not null,
  updated_at text not null,
  unique (workspace_id, email_key)
) strict;
create index members_by_email on members (email_key);

create table tokens (
  id blob primary key,
  workspace_id blob not null references workspaces (id),
  member_id blob references members (id) on delete cascade,
  name text not null,
  role text not null check (role in ('owner', 'organiser', 'editor', 'assistant', 'viewer')),
  scopes text not null,
  token_hash blob not null unique,
  expires_at text,
  revoked_at text,
  created_at text not null
) strict;
create index tokens_by_workspace on tokens (workspace_id, id);

create table sign_in_failures (
  key text primary key,
  failures integer not null,
  last_failed_at text not null
) strict;
