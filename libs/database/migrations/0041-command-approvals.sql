-- Commands of the CLI that somebody asked for through the MCP server `gatehouse` and that change something: each waits
-- for an administrator, is bound to its very arguments, and runs once (threat T13). What became of them is in the audit
-- log; here they are kept for a day.
create table command_approvals (
  id           text primary key check (id ~ '^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$'),
  user_id      text not null check (user_id <> ''),
  session_id   text not null check (session_id <> ''),
  -- json: as it came, argument by argument.
  argv         json not null,
  argv_hash    text not null check (argv_hash ~ '^[0-9a-f]{64}$'),
  requested_at timestamptz(3) not null,
  expires_at   timestamptz(3) not null check (expires_at > requested_at),
  -- Null until an administrator said so.
  approved     boolean,
  decided_by   text,
  decided_at   timestamptz(3),
  used_at      timestamptz(3),
  check ((approved is null) = (decided_by is null) and (approved is null) = (decided_at is null)),
  check (used_at is null or approved is true)
);
create index command_approvals_asked on command_approvals (user_id, session_id, argv_hash, requested_at);

grant select, insert, delete on command_approvals to {{server}};
grant update (approved, decided_by, decided_at, used_at) on command_approvals to {{server}};
