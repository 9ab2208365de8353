create table organisations (
  id blob primary key,
  workspace_id blob not null references workspaces (id),
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
  parent_id blob references organisations (id),
  sort_key text not null,
  search_text text not null,
  revision integer not null,
  created_at text not null,
  updated_at text not null
) strict;
create index organisations_by_name on organisations (workspace_id, sort_key, id);
create index organisations_by_parent on organisations (parent_id);
