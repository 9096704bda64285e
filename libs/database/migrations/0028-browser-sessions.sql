-- Sessions of browsers and of API keys, and the one-time links that open a browser's. Of whatever a person or a
-- program holds there is a hash here, never the text.

alter table sessions drop constraint sessions_kind_check;
alter table sessions add constraint sessions_kind_check
  check (kind in ('user', 'agent', 'hook', 'browser', 'key'));

-- Whose it is, how long it lasts and whether it was revoked stands in the session of kind `browser` that has its id.
create table browser_sessions (
  id    text primary key references sessions (id),
  hash  bytea not null unique check (octet_length(hash) = 32),
  proof text not null check (proof in ('link', 'passkey'))
);

-- Good once, for ten minutes. A spent or expired one is kept for a day, so that its row in the log has its line here.
create table login_links (
  id         text primary key check (id ~ '^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$'),
  hash       bytea not null unique check (octet_length(hash) = 32),
  user_id    text not null references users (id),
  created_at timestamptz(3) not null,
  expires_at timestamptz(3) not null,
  spent_at   timestamptz(3),
  check (expires_at > created_at)
);
create index login_links_user on login_links (user_id);
create index login_links_expiry on login_links (expires_at);

-- Who asked for a link at the login page, and when last: one line a user at most.
create table login_requests (
  user_id      text primary key references users (id),
  requested_at timestamptz(3) not null
);

grant select, insert on browser_sessions to {{server}};
grant select, insert, delete on login_links, login_requests to {{server}};
grant update (spent_at) on login_links to {{server}};
grant update (requested_at) on login_requests to {{server}};
