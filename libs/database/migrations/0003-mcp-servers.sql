-- What each MCP server offered when it was last discovered, by era. `initialize` and the lists are answered from here.
create table mcp_server_definitions (
  server_name        text not null check (server_name <> ''),
  era                text not null check (era in ('legacy', 'modern')),
  -- Of the command line, environment and executable that gave these definitions; another one means discover anew.
  config_hash        text not null check (config_hash ~ '^[0-9a-f]{64}$'),
  protocol_version   text not null,
  -- json, not jsonb: the order of a tool's properties is part of what a model reads.
  server_info        json not null,
  capabilities       json not null,
  instructions       text,
  tools              json not null,
  resources          json not null,
  resource_templates json not null,
  prompts            json not null,
  left_out           integer not null default 0,
  discovered_at      timestamptz(3) not null,
  primary key (server_name, era)
);

grant select, insert, update, delete on mcp_server_definitions to {{server}};
