-- Sums of decided calls, so that counting a year does not read every row of it. They follow the seals: a step takes the next
-- seals of every chain, adds their rows up and notes how far it came, in one transaction. So the sums are of exactly the rows
-- under the noted seals, however late a row comes and whenever a server dies; what is not summed yet is counted row by row.
-- Rows are not slower for it: nothing happens when they are written.

create table audit_call_counts (
  -- Hours are kept of everybody together, days and months of each user too. All begin in UTC.
  span      text not null check (span in ('hour', 'day', 'month')),
  starts_at timestamptz not null,
  -- Null: of everybody.
  user_id   text,
  action    text not null,
  decision  text not null,
  policy    text not null,
  calls     bigint not null check (calls > 0),
  unique nulls not distinct (user_id, span, starts_at, action, decision, policy)
) with (fillfactor = 80);

-- Up to which seal of a chain the rows are summed.
create table audit_counted_seals (
  chain   text primary key,
  seq     bigint not null,
  last_id uuid not null
);

-- Sums the next seals, of each chain about `most` rows, and at least one seal. Returns how many seals; null while another
-- connection is at it.
create function audit_count_seals(most integer) returns integer
  language plpgsql security definer set search_path = pg_catalog, public set timezone = 'UTC'
  -- Each row by its key: the log is not read whole for a few of them.
  set enable_hashjoin = off set enable_mergejoin = off as $$
declare
  counted integer;
begin
  if most not between 1 and 100000 then
    raise exception 'between 1 and 100000 rows' using errcode = 'invalid_parameter_value';
  end if;
  -- "ghc"
  if not pg_try_advisory_xact_lock(6776931, 0) then return null; end if;
  with next as materialized (
    select chain, seq, last_id, row_ids from (
      select s.chain, s.seq, s.last_id, s.row_ids, sum(s.n) over (partition by s.chain order by s.seq) - s.n as before
        from public.audit_lanes l left join public.audit_counted_seals c using (chain)
        cross join lateral (
          select chain, seq, n, last_id, row_ids from public.audit_seals
           where chain = l.chain and seq > coalesce(c.seq, 0) order by seq limit most) s) t
     where before < most),
  moved as (
    insert into public.audit_counted_seals (chain, seq, last_id)
    select chain, max(seq), (array_agg(last_id order by seq desc))[1] from next group by chain
    on conflict (chain) do update set seq = excluded.seq, last_id = excluded.last_id),
  decided as materialized (
    select date_trunc('hour', uuid_extract_timestamp(r.id)) as hour, r.user_id, r.action, r.decision, r.policy, count(*) as calls
      from next n cross join unnest(n.row_ids) as i (id) join public.audit_log r on r.id = i.id
     where r.event in ('tool_call.decided', 'model_call.decided')
     group by 1, 2, 3, 4, 5),
  spans as (
    select s.span, date_trunc(s.span, d.hour) as starts_at, case when s.each then d.user_id end as user_id,
           d.action, d.decision, d.policy, sum(d.calls) as calls
      from decided d
      cross join (values ('hour', false), ('day', false), ('month', false), ('day', true), ('month', true)) as s (span, each)
     group by 1, 2, 3, 4, 5, 6),
  added as (
    insert into public.audit_call_counts as c (span, starts_at, user_id, action, decision, policy, calls)
    select * from spans
    on conflict (user_id, span, starts_at, action, decision, policy) do update set calls = c.calls + excluded.calls)
  select count(*) into counted from next;
  return counted;
end $$;

-- Decided calls since then by action, decision and policy, the most frequent first: of everybody's where the connection was
-- told so, else of the users whose rows it sees (decision 52). The sums of whole months, days and hours, and row by row what
-- begins in the middle of one or is not summed yet. One snapshot: nothing is counted twice or missed.
create function audit_call_statistics(since timestamptz)
  returns table (action text, decision text, policy text, calls bigint)
  language plpgsql stable security definer parallel restricted set search_path = pg_catalog, public set timezone = 'UTC' as $$
declare
  everybody boolean := public.audit_sees_all();
  seen text[] := public.audit_seen_users();
  -- What is of whom, of rows and of sums.
  of_rows text := case when everybody then 'true' else 'user_id = any ($1)' end;
  of_sums text := case when everybody then 'user_id is null' else 'user_id = any ($1)' end;
  from_moment timestamptz := greatest(since, timestamptz 'epoch');
  whole_hours timestamptz := date_trunc('hour', from_moment + interval '1 hour' - interval '1 microsecond');
  whole_days timestamptz := date_trunc('day', whole_hours + interval '1 day' - interval '1 microsecond');
  whole_months timestamptz := date_trunc('month', whole_days + interval '1 month' - interval '1 microsecond');
  summed_from timestamptz := case when everybody then whole_hours else whole_days end;
  -- The first row that is not summed: null where all are.
  open_from uuid;
begin
  select s.first_id into open_from
    from public.audit_lanes l left join public.audit_counted_seals c using (chain)
    cross join lateral (
      select first_id from public.audit_seals where chain = l.chain and seq > coalesce(c.seq, 0) order by seq limit 1) s
   order by s.first_id limit 1;
  return query execute format($query$
    select t.action, t.decision, t.policy, sum(t.calls)::bigint as calls from (
      select action, decision, policy, count(*) as calls from public.audit_log
       where id >= $2 and id < $3 and event in ('tool_call.decided', 'model_call.decided') and %1$s group by 1, 2, 3
      union all
      select r.action, r.decision, r.policy, count(*) from public.audit_log r
        left join public.audit_lanes l on l.lane = ('x' || right(r.id::text, 8))::bit(32)::integer
        left join public.audit_counted_seals c using (chain)
       where r.id >= $3 and r.id >= $4 and (c.last_id is null or r.id > c.last_id)
         and event in ('tool_call.decided', 'model_call.decided') and %1$s group by 1, 2, 3
      union all
      select action, decision, policy, calls from public.audit_call_counts
       where %2$s and span = 'hour' and starts_at >= $5 and starts_at < $6 and $5 < $6
      union all
      select action, decision, policy, calls from public.audit_call_counts
       where %2$s and span = 'day' and starts_at >= $6 and starts_at < $7
      union all
      select action, decision, policy, calls from public.audit_call_counts
       where %2$s and span = 'month' and starts_at >= $7) t
     group by 1, 2, 3 order by 4 desc, 1, 2, 3 limit 1000 $query$, of_rows, of_sums)
  using seen, public.audit_id_at(from_moment), public.audit_id_at(summed_from), open_from,
    summed_from, whole_days, whole_months;
end $$;

-- A month that goes takes its sums with it: they name users and say when they worked.
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
  -- Nobody sums these rows from here on, and who did is done. Before the table is locked: no writer waits for this.
  perform pg_advisory_xact_lock(6776931, 0);
  delete from public.audit_call_counts where starts_at >= month and starts_at < month_end;
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

-- Nobody but these functions reads or writes the sums: counts of others say what they do, and when.
revoke all on function audit_count_seals(integer), audit_call_statistics(timestamptz) from public;
grant execute on function audit_count_seals(integer) to {{server}};
grant execute on function audit_call_statistics(timestamptz) to {{reader}};
