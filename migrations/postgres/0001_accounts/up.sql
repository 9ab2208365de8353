create table workspaces (
  id uuid primary key,
  slug text not null unique,
  name text not null,
  timezone text not null,
  language text not null,
  sender_name text,
  reply_to text,
  calendar_method text not null check (calendar_method in ('request', 'publish')),
  revision bigint not null,
  created_at timestamptz not null,
  updated_at timestamptz not null
);

create table members (
  id uuid primary key,
  workspace_id uuid not null references workspaces (id),
  email text not null,
  email_key text not null,
  name text not null,
  role text not null check (role in ('owner', 'organiser', 'editor', 'assistant', 'viewer')),
  password_hash text,
  notices text not null check (notices in ('each', 'none')),
  revision bigint not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  unique (workspace_id, email_key)
);
create index members_by_email on members (email_key);

create table tokens (
  id uuid primary key,
  workspace_id uuid not null references workspaces (id),
  member_id uuid references members (id) on delete cascade,
  name text not null,
  role text not null check (role in ('owner', 'organiser', 'editor', 'assistant', 'viewer')),
  scopes text not null,
  token_hash bytea not null unique,
  expires_at timestamptz,
  revoked_at timestamptz,
  created_at timestamptz not null
);
create index tokens_by_workspace on tokens (workspace_id, id);

create table sign_in_failures (
  key text primary key,
  failures integer not null,
  last_failed_at timestamptz not null
);
