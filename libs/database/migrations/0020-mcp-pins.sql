-- What of each MCP server was approved: the program that runs for it, and the definitions that it gave. A definition is
-- in use while its hash stands here; several hashes of one name are those of a server that differs between protocol eras.
create table mcp_pins (
  server_name text not null check (server_name <> ''),
  kind        text not null check (kind in ('program', 'instructions', 'tool', 'prompt')),
  name        text not null,
  hash        text not null check (hash ~ '^[0-9a-f]{64}$'),
  -- What was approved, to tell a change of it from. json: as it came.
  content     json not null,
  pinned_at   timestamptz(3) not null,
  -- Null: at first sight.
  approved_by text,
  primary key (server_name, kind, name, hash)
);

grant select, insert, delete on mcp_pins to {{server}};
