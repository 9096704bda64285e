-- While no hold stands, a month is counted and dropped without asking of each of its rows whether one covers it.

create or replace function audit_partitions_before(before timestamptz)
  returns table (partition text, from_id uuid, to_id uuid, ended_at timestamptz, row_count bigint, held_count bigint)
  language plpgsql stable security definer set search_path = pg_catalog, public as $$
declare
  month timestamptz;
  holds boolean := exists (select from public.audit_holds where released_at is null);
begin
  for partition in
    select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid
     where i.inhparent = 'public.audit_log'::regclass and c.relname ~ '^audit_log_[0-9]{4}_[0-9]{2}$' order by c.relname
  loop
    month := to_timestamp(right(partition, 7), 'YYYY_MM')::timestamp at time zone 'UTC';
    ended_at := ((month at time zone 'UTC') + interval '1 month') at time zone 'UTC';
    continue when ended_at > least(before, now());
    from_id := public.audit_id_at(month);
    to_id := public.audit_id_at(ended_at);
    execute format(
      'select count(*), count(*) filter (where public.audit_outlives(event)
         or (%L and public.audit_holds_on(user_id, trace_id, occurred_at) is not null)) from public.%I', holds, partition)
      into row_count, held_count;
    return next;
  end loop;
end $$;

create or replace function audit_drop_partition(partition_name text, record uuid) returns bigint
  language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  facts json := public.audit_recorded(record, 'audit.purged');
  month timestamptz;
  month_end timestamptz;
  holds boolean;
  row_total bigint;
  held_total bigint;
begin
  if partition_name !~ '^audit_log_[0-9]{4}_[0-9]{2}$' or to_regclass('public.' || partition_name) is null then
    raise exception 'no month of the audit log: %', partition_name using errcode = 'invalid_parameter_value';
  end if;
  month := to_timestamp(right(partition_name, 7), 'YYYY_MM')::timestamp at time zone 'UTC';
  month_end := ((month at time zone 'UTC') + interval '1 month') at time zone 'UTC';
  if month_end > now() then
    raise exception 'the month % is not over', partition_name using errcode = 'invalid_parameter_value';
  end if;
  if facts ->> 'partition' is distinct from partition_name or facts ->> 'from' is distinct from public.audit_id_at(month)::text
    or facts ->> 'to' is distinct from public.audit_id_at(month_end)::text then
    raise exception 'row % is about another partition', record using errcode = 'insufficient_privilege';
  end if;
  -- Writers wait for no longer than they wait for the disk; the caller tries again.
  set local lock_timeout = '500ms';
  execute format('lock table public.%I in share mode', partition_name);
  holds := exists (select from public.audit_holds where released_at is null);
  execute format($copy$
    insert into public.audit_held
    select l.*, s.chain, s.seq, s.place, public.audit_merkle_path(s.leaves, s.n, s.place), coalesce(h.why, 'record')
      from public.%I l
      cross join lateral (
        select case when %L then public.audit_holds_on(l.user_id, l.trace_id, l.occurred_at) end as why) h
      left join public.audit_lanes a on a.lane = ('x' || right(l.id::text, 8))::bit(32)::integer
      left join lateral (
        select c.chain, c.seq, c.n, c.leaves, array_position(c.row_ids, l.id) - 1 as place from public.audit_seals c
         where c.chain = a.chain and c.first_id <= l.id order by c.first_id desc limit 1) s on true
     where h.why is not null or public.audit_outlives(l.event)
    on conflict (id) do nothing $copy$, partition_name, holds);
  get diagnostics held_total = row_count;
  execute format('select count(*) from public.%I', partition_name) into row_total;
  insert into public.audit_purges (partition, from_id, to_id, rows, held, record)
  values (partition_name, public.audit_id_at(month), public.audit_id_at(month_end), row_total, held_total, record);
  execute format('alter table public.audit_log detach partition public.%I', partition_name);
  execute format('drop table public.%I', partition_name);
  return row_total;
end $$;
