-- Who calls. Names and e-mail addresses stand in `users` alone: audit rows hold ids. `server` may change what
-- has to change and nothing else: no session can be handed to another user, no credential's hash replaced.

create table users (
  id           text primary key check (id ~ '^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$'),
  email        text not null check (email = lower(email) and length(email) between 3 and 254),
  display_name text not null check (length(display_name) between 1 and 100),
  role         text not null check (role in ('admin', 'user', 'service', 'a2a', 'mcp', 'anonymous')),
  department   text check (department ~ '^[a-z0-9][a-z0-9._-]{0,62}$'),
  status       text not null check (status in ('active', 'suspended', 'deleted')),
  created_at   timestamptz(3) not null,
  updated_at   timestamptz(3) not null
);

-- A deleted user keeps the address, so that old rows can be read; the address itself is free again.
create unique index users_email on users (email) where status <> 'deleted';

create table sessions (
  id              text primary key check (id ~ '^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$'),
  root_session_id text not null references sessions (id),
  user_id         text not null references users (id),
  client_id       text not null check (client_id ~ '^[A-Za-z0-9._:-]{1,128}$'),
  agent_id        text check (agent_id ~ '^[A-Za-z0-9._:-]{1,128}$'),
  kind            text not null check (kind in ('user', 'agent', 'hook')),
  created_at      timestamptz(3) not null,
  last_used_at    timestamptz(3) not null,
  expires_at      timestamptz(3) not null,
  revoked_at      timestamptz(3),
  revoked_reason  text check (revoked_reason in (
    'logout', 'least_recently_used', 'role_changed', 'department_changed', 'user_suspended', 'user_deleted',
    'root_revoked', 'operator')),
  check (expires_at > created_at),
  check ((revoked_at is null) = (revoked_reason is null)),
  check (kind <> 'agent' or (agent_id is not null and root_session_id <> id)),
  check (kind = 'agent' or root_session_id = id)
);

create index sessions_live on sessions (user_id) where revoked_at is null;
create index sessions_user on sessions (user_id, id);
create index sessions_root on sessions (root_session_id);

-- What a client's hooks authenticate with: good for asking for decisions, for nothing else. Whose it is, how long
-- it lasts and whether it was revoked stands in the session of kind `hook` that has its id.
create table hook_credentials (
  id        text primary key references sessions (id),
  hash      bytea not null unique check (octet_length(hash) = 32),
  device_id text not null check (device_id ~ '^[A-Za-z0-9._:-]{1,128}$')
);

grant select, insert on users, sessions, hook_credentials to {{server}};
grant update (email, display_name, role, department, status, updated_at) on users to {{server}};
grant update (last_used_at, revoked_at, revoked_reason) on sessions to {{server}};
