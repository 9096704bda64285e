import { type AuditVisibility, ReaderSight } from '@gatehouse/audit';
import { createTestDatabase, runReaderQuery, type TestDatabase, withClient } from '@gatehouse/database';
import { newId, type UserId } from '@gatehouse/kernel';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/*
 * Behind every way of reading stands the database's own row security: what a connection sees by whatever SQL. The ways
 * themselves are in t18-whose-rows.
 */
let database: TestDatabase;
let sight: ReaderSight;

const PEOPLE = ['maya', 'pia', 'jon'] as const;
type Person = (typeof PEOPLE)[number];
/** Maya and Pia are of finance. Jon is not, and his rows hold what no attack may bring out. */
const DEPARTMENT: Record<Person, string> = { maya: 'finance', pia: 'finance', jon: 'support' };
const ID = Object.fromEntries(PEOPLE.map((name) => [name, newId<UserId>()])) as Record<Person, UserId>;

/** Enough to be told from any other number. */
const OF_JON = 7351;
const EVERY_ROW = OF_JON + 2;

const SELF: AuditVisibility = { kind: 'self', userId: ID.maya };
const FINANCE: AuditVisibility = { kind: 'department', userId: ID.maya, department: 'finance' };
const ALL: AuditVisibility = { kind: 'all', userId: ID.maya };

beforeAll(async () => {
  database = await createTestDatabase();
  sight = new ReaderSight(database);
  await withClient(database.clientConfig('owner'), async (owner) => {
    for (const name of PEOPLE) {
      await owner.query(`insert into users values ($1, $2, $3, 'user', $4, 'active', now(), now())`, [
        ID[name],
        `${name}@example.test`,
        name,
        DEPARTMENT[name],
      ]);
      const values = [ID[name], `trace-of-${name}`, name === 'jon' ? 'secret of jon' : '1'];
      const content = { content: { salt: 's', input: `sent by ${name}` }, rules: [] };
      await owner.query(
        `insert into audit_log select (left(audit_id_at(now())::text, 24) || right(gen_random_uuid()::text, 12))::uuid,
           now(), 'tool_call.decided', $1::text, 's', 't', $2::text, 'c', 'l', 'user', null, 'Bash', 'allow',
           'default_allow', $3::text, $4::json, null::json, 0 from generate_series(1, $5)`,
        [...values, JSON.stringify(content), name === 'jon' ? OF_JON : 1],
      );
      await owner.query(
        `insert into audit_held (id, occurred_at, event, user_id, session_id, task_id, trace_id, context_id, client_id,
           role, action, decision, policy, reason, evaluation, cost_microdollars, why)
         select gen_random_uuid(), now(), 'tool_call.decided', $1::text, 's', 't', $2::text, 'c', 'l', 'user', 'Bash', 'allow',
           'default_allow', $3::text, $4::json, 0, 'hold'`,
        [...values, JSON.stringify(content)],
      );
      await owner.query(
        `insert into audit_holds (id, kind, subject, reason, placed_by) values ($1, 'user', $2, $3, gen_random_uuid())`,
        [`hold-${name}`, ID[name], values[2]],
      );
      await owner.query('insert into audit_erasures values (gen_random_uuid(), $1, gen_random_uuid())', [
        ID[name],
      ]);
    }
    await owner.query(
      `insert into audit_seals (chain, seq, prev_root, root, n, first_id, last_id, row_ids, leaves)
       select 'c', 1, sha256(''), sha256(''), count(*), min(id::text)::uuid, max(id::text)::uuid, array_agg(id), '' from audit_log`,
    );
    await owner.query('analyze');
  });
});
afterAll(() => database.drop());

const query = (sql: string, told: AuditVisibility | null, role: 'reader' | 'masked' = 'reader') =>
  runReaderQuery(database, sql, {
    role,
    plans: told?.kind === 'all',
    ...(told === null ? {} : { tell: (client: pg.Client) => sight.tell(client, told) }),
  });

async function ownersIn(table: string, column: string, told: AuditVisibility | null): Promise<string[]> {
  const { rows } = await query(`select distinct ${column} as id from ${table} order by 1`, told);
  return PEOPLE.filter((name) => rows.some(({ id }) => id === ID[name]));
}

describe('a connection of the role reader', () => {
  it.each([
    ['told nothing', null, []],
    ['told of itself', SELF, ['maya']],
    ['told of a department', FINANCE, ['maya', 'pia']],
    ['told of all', ALL, ['maya', 'pia', 'jon']],
  ] as const)('%s sees in every table the rows of those and no other', async (_what, told, owners) => {
    for (const [table, column] of [
      ['audit_log', 'user_id'],
      ['audit_held', 'user_id'],
      ['audit_holds', 'subject'],
      ['audit_erasures', 'user_id'],
    ] as const) {
      expect([table, await ownersIn(table, column, told)]).toEqual([table, owners]);
    }
    const seals = await query('select row_ids from audit_seals', told);
    expect(seals.row_count).toBe(told === ALL ? 1 : 0);
  });

  it('learns the members of the department that it was told of, and of no other', async () => {
    const members = async (of: string, told: AuditVisibility) =>
      (await query(`select audit_department_members('${of}') as id`, told)).rows.map(({ id }) => id);
    expect(new Set(await members('finance', FINANCE))).toEqual(new Set([ID.maya, ID.pia]));
    for (const [of, told] of [
      ['support', FINANCE],
      ['finance', SELF],
      ['support', SELF],
    ] as const)
      expect(await members(of, told)).toEqual([]);
  });
});

/** Whatever comes back or is refused, neither a row of Jon's nor what it holds. */
const WIDENING = [
  `select set_config('gatehouse.sight', replace(current_setting('gatehouse.sight'), '"self"', '"all"'), true), l.* from audit_log l`,
  `with told as materialized (select set_config('gatehouse.sight',
     replace(current_setting('gatehouse.sight'), '"self"', '"all"'), true) as t) select l.* from told, audit_log l where t <> ''`,
  `select * from audit_log where set_config('gatehouse.sight', '{"pid":' || pg_backend_pid() || ',"rows":"all"}.'
     || repeat('0', 64), true) <> ''`,
  `select * from audit_log where set_config('gatehouse.sight', null, true) is null`,
  `select set_config('row_security', 'off', true), l.* from audit_log l`,
  `select set_config('role', 'gatehouse_server', true), l.* from audit_log l`,
  `select set_config('role', 'gatehouse_owner', true), l.* from audit_log l`,
  `select set_config('session_authorization', 'gatehouse_owner', true), l.* from audit_log l`,
  'set role gatehouse_server',
  'set role gatehouse_masked',
  'set row_security = off',
  'reset role',
  'select * from audit_sight_keys',
  'select * from masked.audit_log',
  'select * from audit_log_default',
  'select audit_sight()',
  'select audit_seen_users()',
  'select * from audit_log tablesample system (100)',
  "select (select array_agg(reason) from audit_log), (select count(*) from audit_log where reason <> '1')",
  'select l from audit_log l',
  'select to_json(l) from audit_log l',
  'table audit_log union all select null, null, null, null, null, null, null, null, null, null, null, null, null, null, reason, null, null, null from audit_held',
  // Conditions that tell by failing: they are asked of rows that are seen, and of no other.
  `select count(*) from audit_log where reason::bigint > 0`,
  `select count(*) from audit_log where 1 / (length(reason) - length('secret of jon')) is not null`,
  `select count(*) from audit_held where (evaluation #>> '{content,input}')::json is null or true`,
  // What the planner knows, and what runs a text as a query.
  `select * from pg_stats where tablename like 'audit%'`,
  'select * from pg_statistic',
  'select * from pg_stats_ext_exprs',
  `explain analyze select * from audit_log where trace_id = 'trace-of-jon'`,
  `explain (format json) select * from audit_log where reason = 'secret of jon'`,
  `/* a plan */ explain select * from audit_log where reason = 'secret of jon'`,
  `select query_to_xml('explain analyze select * from audit_log where trace_id = ''trace-of-jon''', true, false, '')`,
  `select query_to_xml('select * from audit_log', true, false, '')`,
  `select table_to_xml('audit_log', true, false, '')`,
  `select schema_to_xml('public', true, false, '')`,
  `select ts_stat('select to_tsvector(reason) from audit_log')`,
  `select ts_rewrite('a'::tsquery, 'select reason::tsquery, reason::tsquery from audit_log')`,
  'declare c cursor for select * from audit_log',
  'create view v as select * from audit_log',
  `prepare p as select * from audit_log`,
  `copy audit_log to stdout`,
];

describe('SQL does not widen what a connection was told', () => {
  it.each(WIDENING)('%s', async (sql) => {
    const said = await query(sql, SELF).then(
      (result) => JSON.stringify(result.rows),
      (error: Error) => error.message,
    );
    expect(said).not.toMatch(/secret of jon|sent by (?:jon|pia)|trace-of-(?:jon|pia)/);
    expect(said).not.toContain(ID.jon);
    expect(said).not.toMatch(/735[13]/);
  });

  it.each([
    `select count(*)::int as n from audit_log where reason::bigint > 0`,
    `select count(*)::int as n from audit_log where 1 / (length(reason) - length('secret of jon')) is not null`,
  ])('and a condition that would fail at others does not fail: %s', async (sql) => {
    expect((await query(sql, SELF)).rows).toEqual([{ n: 1 }]);
    await expect(query(sql, ALL)).rejects.toMatchObject({ code: 'DATABASE_QUERY_REFUSED' });
  });

  it('nor is what one connection was told good for another', async () => {
    await withClient(database.clientConfig('reader'), async (privileged) => {
      await sight.tell(privileged, ALL, 'connection');
      expect((await privileged.query('select from audit_log')).rowCount).toBe(EVERY_ROW);
      const { rows } = await privileged.query<{ told: string }>(
        `select current_setting('gatehouse.sight') as told`,
      );
      await withClient(database.clientConfig('reader'), async (other) => {
        await other.query(`select set_config('gatehouse.sight', $1, false)`, [rows[0]!.told]);
        expect((await other.query('select from audit_log')).rowCount).toBe(0);
        await sight.tell(other, SELF, 'connection');
        expect((await other.query('select from audit_log')).rowCount).toBe(1);
      });
    });
  });

  it('and what was told ends with its transaction', async () => {
    await withClient(database.clientConfig('reader'), async (client) => {
      await client.query('begin');
      await sight.tell(client, ALL);
      expect((await client.query('select from audit_log')).rowCount).toBe(EVERY_ROW);
      await client.query('commit');
      expect((await client.query('select from audit_log')).rowCount).toBe(0);
    });
  });

  it.each(['', 'x', '{}', `${'x'.repeat(100)}`, `{"rows":"all"}.${'0'.repeat(64)}`, `${'.'.repeat(3000)}`])(
    'and what nobody signed shows nothing: %j',
    async (told) => {
      await withClient(database.clientConfig('reader'), async (client) => {
        await client.query(`select set_config('gatehouse.sight', $1, false)`, [told]);
        expect((await client.query('select from audit_log')).rowCount).toBe(0);
      });
    },
  );
});

describe('a connection of the role masked', () => {
  it('sees every row with its 18 columns, and of others nothing that they sent', async () => {
    const { rows } = await query(
      `select user_id, evaluation -> 'content' as content, evaluation -> 'rules' as rules from audit_log
        union all select user_id, evaluation -> 'content', evaluation -> 'rules' from audit_held`,
      ALL,
      'masked',
    );
    expect(rows).toHaveLength(EVERY_ROW + 3);
    for (const row of rows) {
      expect(row.rules).toEqual([]);
      expect(row.content).toEqual(
        row.user_id === ID.maya ? { salt: 's', input: 'sent by maya' } : { withheld: true },
      );
    }
    const columns = await query(
      `select count(*)::int as n from information_schema.columns where table_name = 'audit_log'`,
      ALL,
      'masked',
    );
    expect(columns.rows).toEqual([{ n: 18 }]);
  });

  it.each([null, SELF, FINANCE])('sees no row when it is told less than all: %j', async (told) => {
    expect((await query('select * from audit_log', told, 'masked')).row_count).toBe(0);
    expect((await query('select * from audit_held', told, 'masked')).row_count).toBe(0);
  });

  it.each([
    'select evaluation from public.audit_log',
    'select evaluation from public.audit_held',
    `select set_config('search_path', 'public', true), l.* from public.audit_log l`,
    `select set_config('role', 'gatehouse_reader', true), l.evaluation from public.audit_log l`,
    `select pg_get_viewdef('masked.audit_log'::regclass), l.evaluation from public.audit_log l`,
    `select * from audit_log where (evaluation #>> '{content,input}')::json is null`,
    `select * from audit_log where evaluation::text like '%sent by jon%' or evaluation::text::int > 0`,
    `select most_common_vals, histogram_bounds from pg_stats where tablename like 'audit_log%'`,
    `select table_to_xml('public.audit_log', true, false, '')`,
    `select schema_to_xml('masked', true, false, '')`,
    `explain (analyze, verbose) select * from audit_log where evaluation::text like '%sent by jon%'`,
  ])('does not reach around what is withheld: %s', async (sql) => {
    const said = await query(sql, ALL, 'masked').then(
      (result) => JSON.stringify(result.rows),
      (error: Error) => error.message,
    );
    expect(said.replaceAll("'%sent by jon%'", '')).not.toMatch(/sent by (?:jon|pia)/);
  });
});
