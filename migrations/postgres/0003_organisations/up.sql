create table organisations (
  id uuid primary key,
  workspace_id uuid not null references workspaces (id),
  name text not null,
  acronym text,
  aliases text not null,
  kind text not null,
  country text,
  url text,
  description text,
  legal_form text,
  logo_url text,
  logo_alt text,
  parent_id uuid references organisations (id),
  sort_key text collate "C" not null,
  search_text text not null,
  revision bigint not null,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create index organisations_by_name on organisations (workspace_id, sort_key, id);
create index organisations_by_parent on organisations (parent_id);
