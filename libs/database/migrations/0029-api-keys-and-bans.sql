-- API keys: whose they are, what they are good for, how long they last and whether they were revoked stands in the
-- session of kind `key` that has their id. Here is a hash, never the text.

create table api_keys (
  id   text primary key references sessions (id),
  hash bytea not null unique check (octet_length(hash) = 32),
  name text not null check (length(name) between 1 and 100)
);
grant select, insert on api_keys to {{server}};

-- Addresses from which nobody is served. A ban is lifted, not deleted: who was kept out when, and why, stays known.
create table ip_bans (
  id         text primary key check (id ~ '^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$'),
  network    cidr not null,
  reason     text not null check (length(reason) between 1 and 500),
  created_by text not null,
  created_at timestamptz(3) not null,
  expires_at timestamptz(3),
  lifted_by  text,
  lifted_at  timestamptz(3),
  check (expires_at > created_at),
  check ((lifted_by is null) = (lifted_at is null))
);
create index ip_bans_live on ip_bans (id) where lifted_at is null;
create unique index ip_bans_network on ip_bans (network) where lifted_at is null;

create function gatehouse_tell_bans() returns trigger language plpgsql as $$
begin
  perform pg_notify('gatehouse_bans', '');
  return null;
end $$;
create trigger ip_bans_told after insert or update on ip_bans for each statement
  execute function gatehouse_tell_bans();

grant select, insert on ip_bans to {{server}};
grant update (lifted_by, lifted_at) on ip_bans to {{server}};
