-- The audit trail. Rows and seals are written once: nobody but the owner may change them, and a trigger stops
-- the owner's own hand too. Columns 16 and 17 are json, not jsonb: the seal covers the text as it stands.

create table audit_log (
  id                uuid not null,
  occurred_at       timestamptz(3) not null,
  event             text not null check (event <> ''),
  user_id           text not null check (user_id <> ''),
  session_id        text not null check (session_id <> ''),
  task_id           text not null check (task_id <> ''),
  trace_id          text not null check (trace_id <> ''),
  context_id        text not null check (context_id <> ''),
  client_id         text not null check (client_id <> ''),
  role              text not null check (role in ('admin', 'user', 'service', 'a2a', 'mcp', 'anonymous')),
  agent_id          text,
  action            text not null check (action <> ''),
  decision          text not null check (decision in ('allow', 'deny')),
  policy            text not null check (policy <> ''),
  reason            text not null check (reason <> ''),
  evaluation        json not null,
  result            json,
  cost_microdollars bigint not null default 0,
  primary key (id)
) partition by range (id);

create index audit_log_trace on audit_log (trace_id);
create index audit_log_task on audit_log (task_id);
create index audit_log_user on audit_log (user_id, id);
create index audit_log_denied on audit_log (id) where decision = 'deny';

create table audit_seals (
  chain     text not null,
  seq       bigint not null check (seq > 0),
  prev_root bytea not null check (octet_length(prev_root) = 32),
  root      bytea not null check (octet_length(root) = 32),
  n         integer not null check (n > 0),
  first_id  uuid not null,
  last_id   uuid not null,
  row_ids   uuid[] not null,
  leaves    bytea not null,
  sealed_at timestamptz(3) not null default now(),
  primary key (chain, seq)
);
alter table audit_seals alter column row_ids set storage external;
alter table audit_seals alter column leaves set storage external;

-- One line for each chain ever written. `lane` is the last 32 bits of each of its rows' ids.
create table audit_lanes (
  lane       integer primary key generated always as identity,
  chain      text not null unique default gen_random_uuid()::text,
  kind       text not null check (kind in ('server', 'cli')),
  created_at timestamptz(3) not null default now()
);

create function audit_refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'rows of % never change', tg_table_name using errcode = 'insufficient_privilege';
end $$;

create trigger audit_log_unchanged before update or delete on audit_log
  for each row execute function audit_refuse_change();
create trigger audit_log_kept before truncate on audit_log
  for each statement execute function audit_refuse_change();
create trigger audit_seals_unchanged before update or delete on audit_seals
  for each row execute function audit_refuse_change();
create trigger audit_seals_kept before truncate on audit_seals
  for each statement execute function audit_refuse_change();

create table audit_log_default partition of audit_log default;
create trigger audit_log_kept before truncate on audit_log_default
  for each statement execute function audit_refuse_change();

-- The smallest UUIDv7 of a moment.
create function audit_id_at(moment timestamptz) returns uuid language sql immutable strict as $$
  select (lpad(to_hex((extract(epoch from moment) * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid
$$;

-- Makes the partitions of this month and of `ahead` months more. A month for which the default partition
-- already holds rows (a clock that ran ahead) stays there. Returns how many were made.
create function audit_make_partitions(ahead integer) returns integer
  language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  month timestamptz;
  partition_name text;
  made integer := 0;
begin
  if ahead not between 0 and 24 then
    raise exception 'between 0 and 24 months ahead' using errcode = 'invalid_parameter_value';
  end if;
  perform pg_advisory_xact_lock(hashtext('audit_make_partitions'));
  for i in 0 .. ahead loop
    month := date_trunc('month', now() at time zone 'UTC') at time zone 'UTC';
    month := (month at time zone 'UTC' + make_interval(months => i)) at time zone 'UTC';
    partition_name := 'audit_log_' || to_char(month at time zone 'UTC', 'YYYY_MM');
    continue when to_regclass('public.' || partition_name) is not null;
    begin
      execute format(
        'create table public.%I partition of public.audit_log for values from (%L) to (%L)',
        partition_name,
        public.audit_id_at(month),
        public.audit_id_at((month at time zone 'UTC' + interval '1 month') at time zone 'UTC'));
      execute format(
        'create trigger audit_log_kept before truncate on public.%I for each statement execute function public.audit_refuse_change()',
        partition_name);
      made := made + 1;
    exception when check_violation then
      raise notice 'month % stays in the default partition', partition_name;
    end;
  end loop;
  return made;
end $$;

select audit_make_partitions(2);

grant execute on function audit_id_at(timestamptz) to {{server}}, {{reader}};
revoke all on function audit_make_partitions(integer) from public;
grant execute on function audit_make_partitions(integer) to {{server}};
grant select, insert on audit_log, audit_seals to {{server}};
grant select, insert on audit_lanes to {{server}};
grant select on audit_log, audit_seals to {{reader}};
