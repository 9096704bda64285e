-- Nobody but the owner can do anything until a later migration grants it.

revoke all on schema public from public;
grant usage on schema public to {{server}}, {{reader}}, {{retention}};
alter default privileges revoke execute on functions from public;

create table schema_migrations (
  name       text primary key,
  sha256     text not null check (sha256 ~ '^[0-9a-f]{64}$'),
  applied_at timestamptz(3) not null default now()
);
grant select on schema_migrations to {{server}};

-- What every role may call by PostgreSQL's own default, and a reader must not: hold up others by advisory locks,
-- send notifications in the server's name, make large objects, sleep. Only a superuser can take these away.
do $$
declare
  callable record;
begin
  if not (select rolsuper from pg_roles where rolname = current_user) then
    return;
  end if;
  for callable in
    select oid::regprocedure as signature, proname !~ '^(lo|be_lo)' as needed from pg_proc
    where pronamespace = 'pg_catalog'::regnamespace
      and (proname ~ '^pg_(try_)?advisory_' or proname ~ '^pg_sleep' or proname ~ '^(lo_|lowrite$|loread$)'
        or proname in ('pg_notify', 'pg_export_snapshot', 'pg_cancel_backend', 'pg_terminate_backend'))
      and has_function_privilege('public', oid, 'execute')
  loop
    execute format('revoke execute on function %s from public', callable.signature);
    if callable.needed then
      execute format('grant execute on function %s to {{server}}, {{retention}}', callable.signature);
    end if;
  end loop;
  revoke usage on language plpgsql from public;
  alter role {{reader}} set temp_file_limit = '1GB';
end $$;
