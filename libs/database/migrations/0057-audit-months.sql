-- Months of the audit log are made while the server runs, and what fell into the default partition comes out of it.
-- A row falls there when no month takes its time: the clock had jumped, or nobody had made the month. As long as one row of
-- a month lies there PostgreSQL refuses to make that month, so all of its rows would: none would ever be pruned or purged.

drop function audit_make_partitions(integer);

-- A month may come and go twice: a clock that jumps back writes into one that was purged.
alter table audit_purges drop constraint audit_purges_pkey;
alter table audit_purges drop constraint audit_purges_record_key;
alter table audit_purges add primary key (record);

-- Makes one month, with the rows of it that lie in the default partition. They are the same rows under the same seals;
-- readers see them throughout, writers to the default partition wait. Locks nobody out of the other months.
create function audit_make_month(month timestamptz) returns bigint
  language plpgsql set search_path = pg_catalog, public as $$
declare
  partition_name text := 'audit_log_' || to_char(month at time zone 'UTC', 'YYYY_MM');
  from_id uuid := public.audit_id_at(month);
  to_id uuid := public.audit_id_at((month at time zone 'UTC' + interval '1 month') at time zone 'UTC');
  moved bigint;
begin
  lock table public.audit_log_default in share row exclusive mode;
  execute format('create table public.%I (like public.audit_log including all)', partition_name);
  execute format('insert into public.%I select * from public.audit_log_default where id >= %L and id < %L',
    partition_name, from_id, to_id);
  get diagnostics moved = row_count;
  if moved > 0 then
    alter table public.audit_log_default disable trigger audit_log_unchanged;
    delete from public.audit_log_default where id >= from_id and id < to_id;
    alter table public.audit_log_default enable trigger audit_log_unchanged;
  end if;
  execute format('alter table public.audit_log attach partition public.%I for values from (%L) to (%L)',
    partition_name, from_id, to_id);
  execute format(
    'create trigger audit_log_kept before truncate on public.%I for each statement execute function public.audit_refuse_change()',
    partition_name);
  return moved;
end $$;

-- Makes this month and `ahead` more, and every month that is over and has rows in the default partition. A month that is
-- written to now and has many rows there waits until it is over: moving them would hold up calls. Rows of times to come stay
-- where they are until then. Returns the months it made, each with the rows that it moved.
create function audit_keep_months(ahead integer) returns table (partition text, moved bigint)
  language plpgsql security definer set search_path = pg_catalog, public set lock_timeout = '500ms' as $$
declare
  this_month timestamptz := date_trunc('month', now() at time zone 'UTC') at time zone 'UTC';
  month timestamptz;
  wanted timestamptz[];
  astray bigint;
begin
  if ahead not between 0 and 24 then
    raise exception 'between 0 and 24 months ahead' using errcode = 'invalid_parameter_value';
  end if;
  perform pg_advisory_xact_lock(hashtext('audit_keep_months'));
  wanted := array(
    select (this_month at time zone 'UTC' + make_interval(months => i)) at time zone 'UTC' from generate_series(0, ahead) i
    union
    select distinct date_trunc('month', uuid_extract_timestamp(id) at time zone 'UTC') at time zone 'UTC'
      from public.audit_log_default where id < public.audit_id_at(this_month)
    order by 1);
  foreach month in array wanted loop
    partition := 'audit_log_' || to_char(month at time zone 'UTC', 'YYYY_MM');
    continue when to_regclass('public.' || partition) is not null;
    if month >= this_month then
      select count(*) into astray from (
        select from public.audit_log_default where id >= public.audit_id_at(month)
           and id < public.audit_id_at((month at time zone 'UTC' + interval '1 month') at time zone 'UTC') limit 20001) r;
      continue when astray > 20000;
    end if;
    moved := public.audit_make_month(month);
    return next;
  end loop;
end $$;

revoke all on function audit_make_month(timestamptz), audit_keep_months(integer) from public;
grant execute on function audit_keep_months(integer) to {{retention}};
