-- Retention, legal hold and erasure. Whatever leaves the audit log does so through the functions below, and each of
-- them wants the sealed row that says so: no row on record, no effect.

create index audit_seals_first on audit_seals (chain, first_id);

-- Legal holds: what may not be dropped or erased while one stands.
create table audit_holds (
  id          text primary key,
  kind        text not null check (kind in ('user', 'trace', 'period')),
  -- A user id or a trace id; null for a period.
  subject     text check ((subject is null) = (kind = 'period')),
  from_at     timestamptz(3) check ((from_at is null) = (kind <> 'period')),
  to_at       timestamptz(3) check ((to_at is null) = (kind <> 'period') and to_at >= from_at),
  reason      text not null check (reason <> ''),
  placed_at   timestamptz(3) not null default now(),
  placed_by   uuid not null,
  released_at timestamptz(3),
  released_by uuid
);

-- Rows that outlive their partition, with their proofs: the seal they are in, their place in it, and the hashes beside
-- their way to its Merkle root, 32 bytes each. `why`: holds by id, or `record` for rows about rows that went.
create table audit_held (
  like audit_log including constraints,
  chain    text,
  seq      bigint,
  place    integer,
  path     bytea,
  why      text not null,
  held_at  timestamptz(3) not null default now(),
  primary key (id)
);
create index audit_held_trace on audit_held (trace_id);
create index audit_held_user on audit_held (user_id, id);

create table audit_purges (
  partition  text primary key,
  from_id    uuid not null,
  to_id      uuid not null,
  rows       bigint not null,
  held       bigint not null,
  record     uuid not null unique,
  purged_at  timestamptz(3) not null default now()
);

create table audit_erasures (
  record    uuid primary key,
  user_id   text not null,
  until     uuid not null,
  erased_at timestamptz(3) not null default now()
);
create index audit_erasures_user on audit_erasures (user_id, until);

-- The facts of a row that is on record, of that event and no older than an hour.
create function audit_recorded(record uuid, wanted text) returns json
  language plpgsql stable set search_path = pg_catalog, public as $$
declare
  facts json;
begin
  select evaluation -> 'detail' into facts from public.audit_log
   where id = record and event = wanted and id >= public.audit_id_at(now() - interval '1 hour');
  if facts is null then
    raise exception 'no row % of %s stands in the audit log', record, wanted using errcode = 'insufficient_privilege';
  end if;
  return facts;
end $$;

-- A json object's text without its member `content`, every other character as it was.
create function audit_without_content(value json) returns json
  language sql immutable set search_path = pg_catalog as $$
  select case when value -> 'content' is null then value else (
    select ('{' || string_agg(to_json(m.key)::text || ':' || m.value::text, ',' order by m.place) || '}')::json
      from json_each(value) with ordinality as m (key, value, place) where m.key <> 'content') end
$$;

-- The hashes beside the way from leaf `place` (from 0) of `n` to the root, lowest first (RFC 6962 section 2.1.1).
create function audit_merkle_path(leaves bytea, n integer, place integer) returns bytea
  language plpgsql immutable set search_path = pg_catalog, public as $$
declare
  k integer := 1;
begin
  if n = 1 then return ''::bytea; end if;
  while k * 2 < n loop k := k * 2; end loop;
  if place < k then
    return public.audit_merkle_path(substring(leaves for k * 32), k, place)
      || public.audit_merkle_root(substring(leaves from k * 32 + 1), n - k);
  end if;
  return public.audit_merkle_path(substring(leaves from k * 32 + 1), n - k, place - k)
    || public.audit_merkle_root(substring(leaves for k * 32), k);
end $$;

create function audit_merkle_root(leaves bytea, n integer) returns bytea
  language plpgsql immutable set search_path = pg_catalog, public as $$
declare
  k integer := 1;
begin
  if n = 1 then return leaves; end if;
  while k * 2 < n loop k := k * 2; end loop;
  return sha256('\x01'::bytea || public.audit_merkle_root(substring(leaves for k * 32), k)
    || public.audit_merkle_root(substring(leaves from k * 32 + 1), n - k));
end $$;

-- The standing holds that a row falls under, by id; null for none.
create function audit_holds_on(row_user text, row_trace text, row_at timestamptz) returns text
  language sql stable set search_path = pg_catalog, public as $$
  select string_agg(id, ' ' order by id) from public.audit_holds
   where released_at is null
     and ((kind = 'user' and subject = row_user) or (kind = 'trace' and subject = row_trace)
       or (kind = 'period' and row_at between from_at and to_at))
$$;

create function audit_place_hold(record uuid) returns text
  language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  facts json := public.audit_recorded(record, 'audit.held');
begin
  insert into public.audit_holds (id, kind, subject, from_at, to_at, reason, placed_by)
  values (facts ->> 'hold', facts ->> 'kind', facts ->> 'subject', (facts ->> 'from')::timestamptz,
    (facts ->> 'to')::timestamptz, facts ->> 'reason', record);
  return facts ->> 'hold';
end $$;

create function audit_release_hold(record uuid) returns boolean
  language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  facts json := public.audit_recorded(record, 'audit.held');
begin
  if (facts ->> 'released') is distinct from 'true' then
    raise exception 'row % releases no hold', record using errcode = 'insufficient_privilege';
  end if;
  update public.audit_holds set released_at = now(), released_by = record
   where id = facts ->> 'hold' and released_at is null;
  return found;
end $$;

-- Months of the audit log that ended before `before`, oldest first, with what a drop would keep of each.
create function audit_partitions_before(before timestamptz)
  returns table (partition text, from_id uuid, to_id uuid, ended_at timestamptz, row_count bigint, held_count bigint)
  language plpgsql stable security definer set search_path = pg_catalog, public as $$
declare
  month timestamptz;
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
      'select count(*), count(*) filter (where public.audit_holds_on(user_id, trace_id, occurred_at) is not null
         or event in (''audit.purged'', ''audit.held'', ''audit.erased'')) from public.%I', partition)
      into row_count, held_count;
    return next;
  end loop;
end $$;

-- Drops one month. The row `record` must say so: event audit.purged with the partition and its bounds. What a hold
-- covers, and rows about purges, holds and erasures, are copied to audit_held with their proofs first.
create function audit_drop_partition(partition_name text, record uuid) returns bigint
  language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  facts json := public.audit_recorded(record, 'audit.purged');
  month timestamptz;
  month_end timestamptz;
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
  execute format($copy$
    insert into public.audit_held
    select l.*, s.chain, s.seq, s.place, public.audit_merkle_path(s.leaves, s.n, s.place), coalesce(h.why, 'record')
      from public.%I l
      cross join lateral (select public.audit_holds_on(l.user_id, l.trace_id, l.occurred_at) as why) h
      left join public.audit_lanes a on a.lane = ('x' || right(l.id::text, 8))::bit(32)::integer
      left join lateral (
        select c.chain, c.seq, c.n, c.leaves, array_position(c.row_ids, l.id) - 1 as place from public.audit_seals c
         where c.chain = a.chain and c.first_id <= l.id order by c.first_id desc limit 1) s on true
     where h.why is not null or l.event in ('audit.purged', 'audit.held', 'audit.erased')
    on conflict (id) do nothing $copy$, partition_name);
  get diagnostics held_total = row_count;
  execute format('select count(*) from public.%I', partition_name) into row_total;
  insert into public.audit_purges (partition, from_id, to_id, rows, held, record)
  values (partition_name, public.audit_id_at(month), public.audit_id_at(month_end), row_total, held_total, record);
  execute format('alter table public.audit_log detach partition public.%I', partition_name);
  execute format('drop table public.%I', partition_name);
  return row_total;
end $$;

-- Removes the content of at most `most` rows of one user, up to a row id; not of what a hold covers. The row `record`
-- must say so: event audit.erased with the user and the last row. Returns how many, so the caller goes on until 0.
create function audit_erase_content(erased_user text, last_id uuid, record uuid, most integer) returns integer
  language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  facts json := public.audit_recorded(record, 'audit.erased');
  in_log integer;
  in_held integer;
begin
  if facts ->> 'user_id' is distinct from erased_user or facts ->> 'until' is distinct from last_id::text then
    raise exception 'row % is about another erasure', record using errcode = 'insufficient_privilege';
  end if;
  insert into public.audit_erasures (record, user_id, until) values (record, erased_user, last_id) on conflict do nothing;
  update public.audit_log set evaluation = public.audit_without_content(evaluation),
      result = public.audit_without_content(result)
   where id in (select id from public.audit_log
      where user_id = erased_user and id <= last_id and public.audit_holds_on(user_id, trace_id, occurred_at) is null
        and (evaluation -> 'content' is not null or result -> 'content' is not null) limit most);
  get diagnostics in_log = row_count;
  update public.audit_held set evaluation = public.audit_without_content(evaluation),
      result = public.audit_without_content(result)
   where id in (select id from public.audit_held
      where user_id = erased_user and id <= last_id and public.audit_holds_on(user_id, trace_id, occurred_at) is null
        and (evaluation -> 'content' is not null or result -> 'content' is not null) limit most);
  get diagnostics in_held = row_count;
  return in_log + in_held;
end $$;

-- How many rows an erasure would clear, and how many stay for a hold.
create function audit_erasable(erased_user text, out erasable bigint, out held bigint)
  language sql stable security definer set search_path = pg_catalog, public as $$
  select count(*) filter (where why is null), count(*) filter (where why is not null) from (
    select public.audit_holds_on(user_id, trace_id, occurred_at) as why from (
      select user_id, trace_id, occurred_at, evaluation, result from public.audit_log where user_id = erased_user
      union all
      select user_id, trace_id, occurred_at, evaluation, result from public.audit_held where user_id = erased_user) r
     where evaluation -> 'content' is not null or result -> 'content' is not null) c
$$;

-- The one change that a row knows: it loses content that an erasure on record covers, and not a character more.
create function audit_refuse_but_erasure() returns trigger
  language plpgsql set search_path = pg_catalog, public as $$
begin
  if tg_op = 'UPDATE' and exists (
      select from public.audit_erasures e where e.user_id = old.user_id and old.id <= e.until)
    and to_jsonb(new) - 'evaluation' - 'result' = to_jsonb(old) - 'evaluation' - 'result'
    and new.evaluation::text = public.audit_without_content(old.evaluation)::text
    and new.result::text is not distinct from public.audit_without_content(old.result)::text then
    return new;
  end if;
  raise exception 'rows of % never change', tg_table_name using errcode = 'insufficient_privilege';
end $$;

drop trigger audit_log_unchanged on audit_log;
create trigger audit_log_unchanged before update or delete on audit_log
  for each row execute function audit_refuse_but_erasure();
create trigger audit_held_unchanged before update or delete on audit_held
  for each row execute function audit_refuse_but_erasure();
create trigger audit_held_kept before truncate on audit_held
  for each statement execute function audit_refuse_change();
create trigger audit_purges_unchanged before update or delete on audit_purges
  for each row execute function audit_refuse_change();
create trigger audit_purges_kept before truncate on audit_purges
  for each statement execute function audit_refuse_change();
create trigger audit_erasures_unchanged before update or delete on audit_erasures
  for each row execute function audit_refuse_change();
create trigger audit_erasures_kept before truncate on audit_erasures
  for each statement execute function audit_refuse_change();

grant execute on function audit_place_hold(uuid), audit_release_hold(uuid), audit_partitions_before(timestamptz),
  audit_drop_partition(text, uuid), audit_erase_content(text, uuid, uuid, integer), audit_erasable(text) to {{retention}};
grant select on audit_holds, audit_purges, audit_erasures to {{retention}};
grant select on audit_held, audit_holds, audit_purges, audit_erasures to {{reader}}, {{server}};
grant execute on function audit_without_content(json) to {{reader}};
