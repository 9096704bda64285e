-- Whose rows a reader's connection sees (threat T18). Row security stands behind every query as `reader`: a connection that
-- was told nothing sees no row. It is told by the setting gatehouse.sight, which anyone may set and only the server can
-- sign: JSON {"pid","rows","user","department"}, a dot, and a proof over it, good for that one connection.

-- HMAC's construction with two independent keys of a block each (NMAC: Bellare, Canetti, Krawczyk, 1996).
create table audit_sight_keys (
  inner_key bytea not null check (octet_length(inner_key) = 64),
  outer_key bytea not null check (octet_length(outer_key) = 64)
);
insert into audit_sight_keys
select sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()))
    || sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())),
  sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()))
    || sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()));
grant select on audit_sight_keys to {{server}};

-- What the connection was told; null where that is nothing, not signed, or for another connection.
create function audit_sight() returns json
  language plpgsql stable security definer parallel restricted set search_path = pg_catalog, public as $$
declare
  said text := current_setting('gatehouse.sight', true);
  facts text;
  proof bytea;
begin
  if said is null or length(said) not between 66 and 2000 then return null; end if;
  facts := left(said, -65);
  select sha256(k.outer_key || sha256(k.inner_key || convert_to(facts, 'UTF8'))) into proof from public.audit_sight_keys k;
  if encode(proof, 'hex') is distinct from right(said, 64) then return null; end if;
  if (facts::json ->> 'pid')::integer is distinct from pg_backend_pid() then return null; end if;
  return facts::json;
end $$;

create function audit_sees_all() returns boolean
  language sql stable security definer parallel restricted set search_path = pg_catalog, public as $$
  select coalesce(public.audit_sight() ->> 'rows' = 'all', false)
$$;

create function audit_sight_user() returns text
  language sql stable security definer parallel restricted set search_path = pg_catalog, public as $$
  select public.audit_sight() ->> 'user'
$$;

-- Whose rows are seen where not all are: one's own, and those of whoever is in the department now.
create function audit_seen_users() returns text[]
  language sql stable security definer parallel restricted set search_path = pg_catalog, public as $$
  select case s.sight ->> 'rows'
      when 'self' then array[s.sight ->> 'user']
      when 'department' then array(select u.id::text from public.users u where u.department = s.sight ->> 'department')
        || (s.sight ->> 'user')
      else '{}'::text[] end
    from (select public.audit_sight() as sight) s
$$;

-- The members of a department, for who sees its rows: nobody else learns who is in it.
create or replace function audit_department_members(of_department text) returns setof text
  language sql stable security definer set search_path = pg_catalog, public as $$
  select id from public.users where department = of_department
     and (public.audit_sees_all() or public.audit_sight() ->> 'department' = of_department)
$$;

-- The role `masked`: what `infra db query` is where nobody gave a reason to see what others sent. It finds audit_log and
-- audit_held in a schema of its own, with their columns, and reaches the tables themselves not at all.
create schema masked;
grant usage on schema masked to {{masked}};
grant usage on schema public to {{masked}};
alter role {{masked}} set search_path = masked, public;
grant execute on function audit_sees_all(), audit_sight_user(), audit_seen_users()
  to {{reader}}, {{masked}};
grant execute on function audit_withheld_content(json), audit_id_at(timestamptz), audit_without_content(json) to {{masked}};

create view masked.audit_log as
  select id, occurred_at, event, user_id, session_id, task_id, trace_id, context_id, client_id, role, agent_id, action,
    decision, policy, reason,
    case when user_id = (select audit_sight_user()) then evaluation else audit_withheld_content(evaluation) end as evaluation,
    case when user_id = (select audit_sight_user()) then result else audit_withheld_content(result) end as result,
    cost_microdollars
  from public.audit_log where (select audit_sees_all());
create view masked.audit_held as
  select id, occurred_at, event, user_id, session_id, task_id, trace_id, context_id, client_id, role, agent_id, action,
    decision, policy, reason,
    case when user_id = (select audit_sight_user()) then evaluation else audit_withheld_content(evaluation) end as evaluation,
    case when user_id = (select audit_sight_user()) then result else audit_withheld_content(result) end as result,
    cost_microdollars, chain, seq, place, path, why, held_at
  from public.audit_held where (select audit_sees_all());
grant select on masked.audit_log, masked.audit_held to {{masked}};
grant select on audit_seals, audit_origins, audit_keys, audit_checkpoints, audit_lanes, audit_holds, audit_purges,
  audit_erasures to {{masked}};

alter table audit_log enable row level security;
alter table audit_held enable row level security;
alter table audit_seals enable row level security;
alter table audit_holds enable row level security;
alter table audit_erasures enable row level security;

create policy seen on audit_log for select to {{reader}}
  using ((select audit_sees_all()) or user_id = any ((select audit_seen_users())::text[]));
create policy seen on audit_held for select to {{reader}}
  using ((select audit_sees_all()) or user_id = any ((select audit_seen_users())::text[]));
-- A seal is about everybody's rows.
create policy seen on audit_seals for select to {{reader}}, {{masked}} using ((select audit_sees_all()));
create policy seen on audit_holds for select to {{reader}}, {{masked}}
  using ((select audit_sees_all()) or subject = any ((select audit_seen_users())::text[]));
create policy seen on audit_erasures for select to {{reader}}, {{masked}}
  using ((select audit_sees_all()) or user_id = any ((select audit_seen_users())::text[]));

-- What writes, seals, proves and retains is the product itself; its rights are its grants.
create policy worked_on on audit_log to {{server}} using (true) with check (true);
create policy worked_on on audit_held to {{server}} using (true);
create policy worked_on on audit_seals to {{server}} using (true) with check (true);
create policy worked_on on audit_holds to {{server}}, {{retention}} using (true);
create policy worked_on on audit_erasures to {{server}}, {{retention}} using (true);

-- Functions that run a text as a query can run an EXPLAIN, whose counts tell of rows that are not seen.
do $$
declare
  callable record;
begin
  if not (select rolsuper from pg_roles where rolname = current_user) then
    return;
  end if;
  for callable in
    select oid::regprocedure as signature from pg_proc
     where pronamespace = 'pg_catalog'::regnamespace
       and (proname in ('query_to_xml', 'query_to_xmlschema', 'query_to_xml_and_xmlschema', 'cursor_to_xml',
           'cursor_to_xmlschema', 'ts_stat')
         or oid = 'ts_rewrite(tsquery, text)'::regprocedure)
  loop
    execute format('revoke execute on function %s from public', callable.signature);
  end loop;
  alter role {{masked}} set temp_file_limit = '1GB';
end $$;
