-- What the processes say of themselves, for `infra logs`: partitioned by level, then by day, so that a level's
-- retention drops days. No audit: a line that cannot be stored is on standard output all the same.

create table logs (
  -- UUIDv7; its milliseconds are those of `logged_at`.
  id        uuid not null,
  logged_at timestamptz(3) not null,
  level     text not null check (level in ('debug', 'info', 'warn', 'error')),
  module    text not null,
  message   text not null,
  trace_id  text,
  -- The line's other members, canonical text.
  details   json,
  primary key (level, id)
) partition by list (level);

create index logs_trace on logs (trace_id, id) where trace_id is not null;

create table logs_debug partition of logs for values in ('debug') partition by range (id);
create table logs_info partition of logs for values in ('info') partition by range (id);
create table logs_warn partition of logs for values in ('warn') partition by range (id);
create table logs_error partition of logs for values in ('error') partition by range (id);
create table logs_debug_default partition of logs_debug default;
create table logs_info_default partition of logs_info default;
create table logs_warn_default partition of logs_warn default;
create table logs_error_default partition of logs_error default;

-- A search for a part of a text needs trigrams to be quick over millions of lines. An owner may install them where
-- the server has them; without, a search reads lines.
do $$
begin
  create extension if not exists pg_trgm;
  create index logs_words on logs using gin (message gin_trgm_ops, module gin_trgm_ops);
exception when others then
  raise notice 'searches in logs read every line: %', sqlerrm;
end $$;

-- Makes the partitions of today and of `ahead` days more, for every level. A day for which the default partition
-- already holds lines stays there. Returns how many were made.
create function logs_make_partitions(ahead integer) returns integer
  language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  level_name text;
  day timestamptz;
  partition_name text;
  made integer := 0;
begin
  if ahead not between 0 and 31 then
    raise exception 'between 0 and 31 days ahead' using errcode = 'invalid_parameter_value';
  end if;
  perform pg_advisory_xact_lock(hashtext('logs_partitions'));
  foreach level_name in array array['debug', 'info', 'warn', 'error'] loop
    for i in 0 .. ahead loop
      day := (date_trunc('day', now() at time zone 'UTC') + make_interval(days => i)) at time zone 'UTC';
      partition_name := 'logs_' || level_name || '_' || to_char(day at time zone 'UTC', 'YYYY_MM_DD');
      continue when to_regclass('public.' || partition_name) is not null;
      begin
        execute format(
          'create table public.%I partition of public.%I for values from (%L) to (%L)',
          partition_name, 'logs_' || level_name,
          public.audit_id_at(day), public.audit_id_at(day + interval '1 day'));
        made := made + 1;
      exception when check_violation then
        raise notice 'day % stays in the default partition', partition_name;
      end;
    end loop;
  end loop;
  return made;
end $$;

-- Drops the days of one level that ended before `before`, and the lines of its default partition from then. `dry_run`
-- only says what it would drop. One line for each partition: its name, and its lines as the statistics estimate them.
create function logs_drop_partitions(level_name text, before timestamptz, dry_run boolean)
  returns table (partition_name text, lines bigint)
  language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  candidate record;
  day_end timestamptz;
begin
  if level_name not in ('debug', 'info', 'warn', 'error') then
    raise exception 'no such level' using errcode = 'invalid_parameter_value';
  end if;
  perform pg_advisory_xact_lock(hashtext('logs_partitions'));
  for candidate in
    select c.relname, c.reltuples from pg_inherits i join pg_class c on c.oid = i.inhrelid
     where i.inhparent = ('public.logs_' || level_name)::regclass order by c.relname
  loop
    partition_name := candidate.relname;
    if partition_name ~ '_[0-9]{4}_[0-9]{2}_[0-9]{2}$' then
      day_end := (to_timestamp(right(partition_name, 10), 'YYYY_MM_DD')::timestamp + interval '1 day') at time zone 'UTC';
      continue when day_end > before;
      lines := greatest(candidate.reltuples, 0)::bigint;
      if not dry_run then execute format('drop table public.%I', partition_name); end if;
      return next;
    else
      execute format('select count(*) from public.%I where id < public.audit_id_at($1)', partition_name)
        into lines using before;
      continue when lines = 0;
      if not dry_run then
        execute format('delete from public.%I where id < public.audit_id_at($1)', partition_name) using before;
      end if;
      return next;
    end if;
  end loop;
end $$;

grant select, insert on logs to {{server}};
grant execute on function logs_make_partitions(integer) to {{server}};
grant execute on function logs_drop_partitions(text, timestamptz, boolean) to {{retention}};
