import type pg from 'pg';

/** How the rows of a generated audit log are spread. Each figure is of what a year of a company of 500 looks like. */
const USERS = 500;
const ROWS_OF_A_SESSION = 200;
const ROWS_OF_A_TRACE = 8;
const ROWS_OF_A_SEAL = 100;
const CHUNK = 100_000;

export interface GeneratedLog {
  readonly rows: number;
  readonly months: number;
  /** Rows a second of each chunk, the first ones first. */
  readonly rates: readonly number[];
}

/**
 * Fills the audit log with rows as they are written, spread evenly over the last months: decisions with their ends, one
 * in twelve denied, few users busy and most not, rare events, actions, agents and policies, and seals over all of it. Made by
 * PostgreSQL, so that ten million take minutes. Every figure of a row follows from its number: the same again each time.
 */
export async function generateRows(
  owner: pg.Client,
  {
    rows,
    months,
    told,
  }: { readonly rows: number; readonly months: number; readonly told: (made: number) => void },
): Promise<GeneratedLog> {
  await makePastPartitions(owner, months);
  const { rows: times } = await owner.query<{ first: string; last: string }>(
    `select (extract(epoch from date_trunc('month', now()) - make_interval(months => $1)) * 1000)::bigint as first,
       (extract(epoch from now()) * 1000)::bigint as last`,
    [months - 1],
  );
  const first = Number(times[0]!.first);
  const step = (Number(times[0]!.last) - first) / rows;
  const rates: number[] = [];
  for (let from = 0; from < rows; from += CHUNK) {
    const to = Math.min(rows, from + CHUNK);
    const startedAt = performance.now();
    await owner.query(ROWS, [from, to - 1, first, step]);
    rates.push(((to - from) / (performance.now() - startedAt)) * 1000);
    await owner.query(SEALS, [from, to - 1, first, step]);
    told(to);
  }
  return { rows, months, rates };
}

async function makePastPartitions(owner: pg.Client, months: number): Promise<void> {
  await owner.query(`do $$
    declare month timestamptz; name text;
    begin
      for i in 1 .. ${Math.max(0, months - 1)} loop
        month := (date_trunc('month', now() at time zone 'UTC') - make_interval(months => i)) at time zone 'UTC';
        name := 'audit_log_' || to_char(month at time zone 'UTC', 'YYYY_MM');
        execute format('create table public.%I partition of public.audit_log for values from (%L) to (%L)', name,
          audit_id_at(month), audit_id_at(((month at time zone 'UTC') + interval '1 month') at time zone 'UTC'));
      end loop;
    end $$`);
}

const ID = `(lpad(to_hex(($3::float8 + i * $4::float8)::bigint), 12, '0') || '7000' || to_hex(2147483648 + i) || '00000001')::uuid`;

/** `i` is the row's number: even ones decide, the odd one behind completes. */
const ROWS = `
insert into audit_log
select id, to_timestamp((('x' || left(replace(id::text, '-', ''), 12))::bit(48)::bigint)::float8 / 1000), event,
  'user-' || u, 'session-' || lpad(s::text, 12, '0') || '-4efc-7ed8-9a48-bc62b5d1661f',
  'toolu_' || md5('task' || (i / 2)), md5('trace' || t), 'context-' || s, 'claude-code',
  case when u = 1 then 'admin' else 'user' end,
  case when i % 10 < 3 then 'developer_agent' when i % 100000 = 77 then 'rare_agent' end,
  case when i % 50000 < 2 then 'mcp__rare__tool' when k < 12 then 'Bash' when k < 24 then 'mcp__filesystem__read_text_file'
    else 'mcp__server' || (k % 8) || '__tool' || k end,
  case when denied then 'deny' else 'allow' end,
  case when not decides then 'not_applicable' when not denied then 'default_allow' when i % 20000 = 24 then 'tool_changed'
    when d % 5 = 0 then 'blocklisted' when d % 5 = 1 then 'secret_detected' when d % 5 = 2 then 'rate_limited' else 'scope_denied' end,
  case when denied then 'It deletes a file system, a home or the working folder whole.' else 'All checks passed.' end,
  ('{"commitment":"' || md5('c' || (i / 2)) || md5('d' || (i / 2)) || '",' || case when i % 2 = 0 then
    '"content":{"claimed":null,"findings":[],"input":{"command":"git log --oneline ' || md5(i::text) || '","cwd":"/srv/projects/service-' || k ||
    '"},"salt":"' || md5('s' || i) || md5('t' || i) || '"},' else '' end ||
    '"policyVersion":"sha256:' || md5('p') || md5('q') || '","rules":[{"detail":"access_token, session live","durationUs":4,"result":"pass","rule":"token"},' ||
    '{"detail":"role user","durationUs":6,"result":"pass","rule":"scope"},{"detail":"no credential found","durationUs":9,"result":"pass","rule":"secrets"},' ||
    '{"detail":"nothing destructive found","durationUs":11,"result":"pass","rule":"blocklist"}]}')::json,
  case when event = 'tool_call.completed' then ('{"commitment":"' || md5('e' || i) || md5('f' || i) || '","content":{"output":{"text":"' || repeat(md5(i::text), 8) ||
    '"},"salt":"' || md5('u' || i) || '"},"durationMs":' || (i % 900) || ',"error":null,"redactions":0,"reportedBy":"gatehouse","status":"ok","tokens":null}')::json end,
  0
from (
  select i, ${ID} as id, s, t, 1 + floor(${USERS} * power(((s * 7919) % 1000) / 1000.0, 3))::int as u, k, d, denied, event,
    event = 'tool_call.decided' or event = 'tool_call.completed' as decides
  from (
    select i, i / ${ROWS_OF_A_SESSION} as s, i / ${ROWS_OF_A_TRACE} as t, (i / 2 * 7919) % 40 as k, i / 24 as d, i % 24 = 0 as denied,
      case when i % 250000 = 101 then 'policy.changed' when i % 5000 = 51 then 'login.succeeded' when i % 24 = 1 then 'client.event'
        when i % 2 = 0 then 'tool_call.decided' else 'tool_call.completed' end as event
    from generate_series($1::bigint, $2::bigint) as i) numbered) made`;

const SEALS = `
insert into audit_seals (chain, seq, prev_root, root, n, first_id, last_id, row_ids, leaves, sealed_at)
select '01a2056d-30f5-7000-8000-000500000001', 1 + i / ${ROWS_OF_A_SEAL}, sha256(('r' || i / ${ROWS_OF_A_SEAL})::bytea),
  sha256(('r' || (1 + i / ${ROWS_OF_A_SEAL}))::bytea), count(*), (array_agg(id order by i))[1], (array_agg(id order by i desc))[1],
  array_agg(id order by i), string_agg(sha256(i::text::bytea), ''::bytea order by i), now()
from (select i, ${ID} as id from generate_series($1::bigint, $2::bigint) as i) made group by i / ${ROWS_OF_A_SEAL}`;
