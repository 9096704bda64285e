-- Budgets of tool calls that servers on one database share. Each server says what it has used of a budget, and holds
-- a few calls more that it may decide without asking. Unlogged: after a crash of PostgreSQL it starts empty, and the
-- servers say again what they have used.

create unlogged table call_leases (
  key     text not null,
  server  uuid not null,
  -- Answers can be lost; what was asked earlier never replaces what was asked later.
  seq     bigint not null,
  held    bigint not null check (held >= 0),
  seconds bigint[] not null,
  counts  bigint[] not null,
  until   timestamptz not null,
  primary key (key, server)
);
create index call_leases_until on call_leases (until);

-- For each wish {key, limit, held, want, ages, counts}: notes that `asking` used `counts` calls so many seconds ago
-- and holds `held`, and grants at most `want` more, so that what all servers used within 61 seconds and hold stays
-- within `limit`. What a server still held when its lease ran out counts as used then.
create function lease_calls(asking uuid, number bigint, lease interval, wishes json)
  returns table (key text, granted bigint, free bigint, wait_ms bigint)
  language plpgsql as $$
#variable_conflict use_column
declare
  wish record;
  others record;
  moment timestamptz;
  now_second bigint;
  own_used bigint;
  own_oldest bigint;
begin
  for wish in
    select * from json_to_recordset(wishes)
      as w(key text, "limit" bigint, held bigint, want bigint, ages bigint[], counts bigint[])
    order by w.key
  loop
    perform pg_advisory_xact_lock(1735159916, hashtext(wish.key));
    moment := clock_timestamp();
    now_second := floor(extract(epoch from moment));
    select coalesce(sum(c), 0), min(now_second - a) into own_used, own_oldest
      from unnest(wish.ages, wish.counts) as u(a, c) where a < 61;
    select
        coalesce(sum(case when l.until > moment - interval '61 seconds' then l.held else 0 end), 0) as held,
        coalesce(sum(u.used), 0) as used,
        min(u.oldest) as oldest
      into others
      from call_leases l
      cross join lateral (
        select sum(c) as used, min(s) as oldest from unnest(l.seconds, l.counts) as used(s, c)
        where s > now_second - 61
      ) u
      where l.key = wish.key and l.server <> asking;
    key := wish.key;
    free := greatest(0, wish."limit" - own_used - wish.held - others.held - others.used);
    granted := least(wish.want, free);
    free := free - granted;
    -- Others may give back at any moment what they hold.
    wait_ms := case
      when others.held > 0 then 1000
      else greatest(1000, (least(own_oldest, others.oldest) + 61) * 1000 - floor(extract(epoch from moment) * 1000))
    end;
    insert into call_leases as l (key, server, seq, held, seconds, counts, until)
      values (wish.key, asking, number, wish.held + granted,
        (select coalesce(array_agg(now_second - a), '{}') from unnest(wish.ages) as a), wish.counts, moment + lease)
      on conflict on constraint call_leases_pkey do update
        set seq = excluded.seq, held = excluded.held, seconds = excluded.seconds, counts = excluded.counts,
          until = excluded.until
        where l.seq < excluded.seq;
    return next;
  end loop;
end $$;

-- Rows that count for nothing any more.
create function forget_call_leases() returns bigint language sql as $$
  with gone as (delete from call_leases where until < clock_timestamp() - interval '2 minutes' returning 1)
  select count(*) from gone
$$;

grant select, insert, update, delete on call_leases to {{server}};
grant execute on function lease_calls(uuid, bigint, interval, json), forget_call_leases() to {{server}};
