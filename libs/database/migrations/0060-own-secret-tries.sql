-- How often root sessions came up with secrets of this installation at any server on this database: named them in
-- arguments (threat T29), or guessed them through a tool (threat T12). Unlogged: after a crash of PostgreSQL each server
-- still has what it counted itself.

create unlogged table own_secret_tries (
  kind            text not null check (kind in ('named', 'guessed')),
  root_session_id text not null,
  -- Those that still count; none left when they were enough.
  at              timestamptz[] not null,
  locked_until    timestamptz,
  noted_at        timestamptz not null default clock_timestamp(),
  primary key (kind, root_session_id)
);
create index own_secret_tries_noted_at on own_secret_tries (noted_at);
create index own_secret_tries_locked_until on own_secret_tries (locked_until);

create function gatehouse_tell_lock() returns trigger language plpgsql as $$
begin
  perform pg_notify('gatehouse_own_secrets', '');
  return null;
end $$;
-- A first try is never enough, so that no insert locks.
create trigger own_secret_tries_told after update on own_secret_tries for each row
  when (new.locked_until is distinct from old.locked_until) execute function gatehouse_tell_lock();

grant select, insert, update, delete on own_secret_tries to {{server}};
