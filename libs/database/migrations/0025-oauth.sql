-- What the authorization server keeps. No code, no token and no secret stands here as it was given out: only hashes.

-- Programs that may ask for tokens: such as registered themselves (RFC 7591), and services that an administrator made.
create table oauth_clients (
  id           text primary key check (id ~ '^[A-Za-z0-9._:-]{1,128}$'),
  kind         text not null check (kind in ('registered', 'service')),
  name         text not null check (length(name) between 1 and 100),
  -- RFC 7591 client metadata, without the secret.
  metadata     json not null check (octet_length(metadata::text) <= 16384),
  secret_hash  bytea check (octet_length(secret_hash) = 32),
  -- Whom a service acts as, and the agent that it is, if it is one.
  user_id      text references users (id),
  agent_id     text check (agent_id ~ '^[A-Za-z0-9._:-]{1,128}$'),
  created_at   timestamptz(3) not null default now(),
  last_used_at timestamptz(3),
  -- Of one that registered itself: an hour, and 90 days from each use.
  expires_at   timestamptz(3),
  removed_at   timestamptz(3),
  check ((kind = 'service') = (user_id is not null)),
  check (kind <> 'service' or secret_hash is not null),
  check ((kind = 'registered') = (expires_at is not null))
);
create index oauth_clients_expiring on oauth_clients (expires_at) where kind = 'registered';

-- One authorization by one person for one client: everything that comes of it ends with it.
create table oauth_grants (
  id         text primary key check (length(id) between 20 and 64),
  user_id    text not null references users (id),
  client_id  text not null check (length(client_id) between 1 and 2048),
  resource   text check (length(resource) <= 2048),
  scopes     text[] not null check (cardinality(scopes) <= 64),
  -- The session in which its tokens are issued, from the first one on.
  session_id text references sessions (id),
  created_at timestamptz(3) not null default now(),
  expires_at timestamptz(3) not null,
  revoked_at timestamptz(3)
);
create index oauth_grants_expiring on oauth_grants (expires_at);
create index oauth_grants_session on oauth_grants (session_id);

-- What lives for minutes or for a day: codes, refresh tokens, device codes, requests under way.
create table oauth_records (
  kind           text not null check (kind ~ '^[A-Za-z]{1,40}$'),
  id_hash        bytea not null check (octet_length(id_hash) = 32),
  payload        json not null check (octet_length(payload::text) <= 65536),
  -- The grant that it belongs to.
  family         text,
  user_code_hash bytea check (octet_length(user_code_hash) = 32),
  created_at     timestamptz(3) not null default now(),
  expires_at     timestamptz(3) not null,
  consumed_at    timestamptz(3),
  primary key (kind, id_hash)
);
create index oauth_records_expiring on oauth_records (expires_at);
create index oauth_records_family on oauth_records (family) where family is not null;
create unique index oauth_records_user_code on oauth_records (user_code_hash) where user_code_hash is not null;

-- Consents that are remembered: not those of programs on a person's own machine, nor of such as registered themselves.
create table oauth_consents (
  user_id       text not null references users (id),
  client_id     text not null check (length(client_id) between 1 and 2048),
  redirect_host text not null check (length(redirect_host) between 1 and 255),
  resource      text not null check (length(resource) <= 2048),
  scopes        text[] not null check (cardinality(scopes) <= 64),
  given_at      timestamptz(3) not null default now(),
  expires_at    timestamptz(3) not null,
  primary key (user_id, client_id, redirect_host, resource)
);

grant select, insert on oauth_clients, oauth_grants, oauth_records, oauth_consents to {{server}};
grant update (metadata, last_used_at, expires_at, removed_at) on oauth_clients to {{server}};
grant update (session_id, revoked_at) on oauth_grants to {{server}};
grant update (payload, family, expires_at, consumed_at) on oauth_records to {{server}};
grant update (scopes, given_at, expires_at) on oauth_consents to {{server}};
grant delete on oauth_clients, oauth_grants, oauth_records, oauth_consents to {{server}};
