-- What root sessions wrote and what would be denied if it ran, for an hour, so that every server on this database knows
-- (threat T21). Unlogged: after a crash of PostgreSQL each server still has what it knew.

create unlogged table session_scripts (
  root_session_id text not null,
  path            text not null check (length(path) <= 4096),
  text            text not null check (length(text) <= 65536),
  -- Which server wrote it down: it need not read it.
  server          uuid not null,
  written_at      timestamptz not null default clock_timestamp(),
  primary key (root_session_id, path)
);
create index session_scripts_written_at on session_scripts (written_at);

create function gatehouse_tell_script() returns trigger language plpgsql as $$
begin
  perform pg_notify('gatehouse_scripts', '');
  return null;
end $$;
create trigger session_scripts_told after insert or update on session_scripts for each row
  execute function gatehouse_tell_script();

grant select, insert, update, delete on session_scripts to {{server}};
