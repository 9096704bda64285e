import {
  type AuditFilter,
  AuditReader,
  type AuditVisibility,
  ReaderSight,
  SightedReads,
} from '@gatehouse/audit';
import { createTestDatabase, type TestDatabase } from '@gatehouse/database';
import { createScanner } from '@gatehouse/secret-scanner';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { madeRows } from '../bench/made-rows.ts';
import { BUSY_USER, ENDLESS_TRACE, userId } from '../bench/made-world.ts';
import { makePastPartitions, monthsBack } from '../bench/past-partitions.ts';
import { writeRows } from '../bench/write-rows.ts';
import { findPage } from '../src/read/find-page.ts';
import { rememberingScanner } from '../src/row/remembering-scanner.ts';

const ROWS = 2000;
const ALL: AuditVisibility = { kind: 'all' };
const DECIDED = `event in ('tool_call.decided', 'model_call.decided')`;
const NO_END = `decision = 'allow' and ${DECIDED} and not exists (
  select from audit_log c where c.task_id = l.task_id and c.event = 'tool_call.completed')`;
const LONG_OPEN = `${NO_END} and id < audit_id_at(now() - interval '15 minutes')`;
const DAY_MS = 86_400_000;

let database: TestDatabase;
let owner: pg.Pool;
let reader: AuditReader;
let reads: SightedReads;
let one: { session_id: string; trace_id: string; task_id: string };
let middle: Date;

beforeAll(async () => {
  database = await createTestDatabase();
  owner = new pg.Pool({ ...database.clientConfig('owner'), max: 2 });
  owner.on('error', () => undefined);
  const client = await owner.connect();
  await makePastPartitions(client as never, 3);
  client.release();
  // A day, with the turn of a month in the middle of it.
  middle = new Date(monthsBack(1, Date.now()));
  const [fromMs, toMs] = [middle.getTime() - DAY_MS / 2, middle.getTime() + DAY_MS / 2];
  const scanner = rememberingScanner(createScanner());
  const rows = madeRows({ rows: ROWS, fromMs, toMs, scanner });
  await writeRows(database.clientConfig('server'), rows, ROWS, () => undefined);
  const users = [BUSY_USER, userId(7), userId(2)];
  await owner.query(
    `insert into users (id, email, display_name, role, status, department, created_at, updated_at)
     select u, u || '@example.test', 'one', 'user', 'active', 'finance', now(), now() from unnest($1::text[]) u`,
    [users],
  );
  const { rows: found } = await owner.query(
    `select session_id, trace_id, task_id from audit_log where ${DECIDED} and decision = 'allow' order by id offset 900 limit 1`,
  );
  one = found[0];
  const pool = new pg.Pool({ ...database.clientConfig('reader'), max: 2 });
  pool.on('error', () => undefined);
  reads = new SightedReads(pool, new ReaderSight(database));
  reader = new AuditReader(reads);
});
afterAll(async () => {
  await reader.stop();
  await owner.end();
  await database.drop();
});

type Page = { readonly rows: readonly unknown[]; readonly next: string | null };

/** Everything, page after page. */
async function paged<P extends Page>(ask: (before: object) => Promise<P>): Promise<P['rows'][number][]> {
  const rows: P['rows'][number][] = [];
  for (let next: string | null = null; ; ) {
    const page: P = await ask(next === null ? {} : { before: next });
    rows.push(...page.rows);
    if (page.next === null) return rows;
    next = page.next;
  }
}

async function idsWhere(condition: string, values: unknown[] = []): Promise<string[]> {
  const { rows } = await owner.query<{ id: string }>(
    `select id from audit_log l where ${condition} order by id desc`,
    values,
  );
  return rows.map(({ id }) => id);
}

/** What each filter means, as one condition over the whole log. */
const FILTERS: readonly (readonly [string, () => Partial<AuditFilter>, string, () => unknown[]])[] = [
  ['nothing', () => ({}), 'true', () => []],
  ['an event of many', () => ({ event: 'tool_call.decided' }), `event = 'tool_call.decided'`, () => []],
  ['an event of some', () => ({ event: 'request.rejected' }), `event = 'request.rejected'`, () => []],
  ['an event of none', () => ({ event: 'audit.erased' }), 'false', () => []],
  ['denials', () => ({ decision: 'deny' }), `decision = 'deny'`, () => []],
  ['a policy', () => ({ policy: 'blocklisted' }), `policy = 'blocklisted'`, () => []],
  ['the usual policy', () => ({ policy: 'default_allow' }), `policy = 'default_allow'`, () => []],
  ['a user', () => ({ userId: BUSY_USER }), 'user_id = $1', () => [BUSY_USER]],
  ['a session', () => ({ sessionId: one.session_id }), 'session_id = $1', () => [one.session_id]],
  ['a trace', () => ({ traceId: one.trace_id }), 'trace_id = $1', () => [one.trace_id]],
  ['a task', () => ({ taskId: one.task_id }), 'task_id = $1', () => [one.task_id]],
  ['an agent', () => ({ agentId: 'developer_agent' }), `agent_id = 'developer_agent'`, () => []],
  ['an action', () => ({ action: 'Bash' }), `action = 'Bash'`, () => []],
  ['a half', () => ({ until: middle }), 'id < audit_id_at($1)', () => [middle]],
  ['the other', () => ({ since: middle }), 'id >= audit_id_at($1)', () => [middle]],
  [
    'user, action and time',
    () => ({ userId: BUSY_USER, action: 'Bash', since: middle }),
    `user_id = $1 and action = 'Bash' and id >= audit_id_at($2)`,
    () => [BUSY_USER, middle],
  ],
  ['what excludes itself', () => ({ decision: 'deny', event: 'tool_call.completed' }), 'false', () => []],
  ['open calls', () => ({ open: true }), LONG_OPEN, () => []],
];

const SIGHTS: readonly (readonly [string, AuditVisibility, string])[] = [
  ['all', ALL, 'true'],
  ['their own', { kind: 'self', userId: BUSY_USER }, `user_id = '${BUSY_USER}'`],
  [
    'those of a department and their own',
    { kind: 'department', userId: userId(3), department: 'finance' },
    `user_id in ('${BUSY_USER}', '${userId(7)}', '${userId(2)}', '${userId(3)}')`,
  ],
];

describe.each(SIGHTS)('pages for somebody who sees %s', (_sight, visibility, seen) => {
  it.each(FILTERS)(
    'hold each row that fits %s once, newest first',
    async (_name, filter, condition, values) => {
      const rows = await paged((before) => reader.list({ ...filter(), ...before, limit: 90 }, visibility));
      const wanted = await idsWhere(`(${condition}) and ${seen}`, values());
      expect(rows.map(({ id }) => id)).toEqual(wanted);
      const oldest = await reader.from({ ...filter(), limit: 40 }, null, visibility);
      expect(oldest.map(({ id }) => id)).toEqual(wanted.toReversed().slice(0, 40));
    },
  );

  it('hold each call once, with its end', async () => {
    const calls = await paged((before) => reader.calls({ ...before, limit: 100 }, visibility));
    expect(calls.map(({ request_id: id }) => id)).toEqual(await idsWhere(`${DECIDED} and ${seen}`));
    const open = calls.filter(({ status }) => status === 'open').map(({ request_id: id }) => id);
    expect(open).toEqual(await idsWhere(`${NO_END} and ${seen}`));
  });

  it('hold each trace once, at its last decision, with all of its calls', async () => {
    const traces = await paged((before) => reader.traces({ ...before, limit: 30 }, visibility));
    const { rows } = await owner.query<{ trace_id: string; calls: number }>(
      `select trace_id, count(*)::int as calls from audit_log where ${DECIDED} and ${seen}
        group by trace_id order by max(id::text) desc`,
    );
    expect(traces.map(({ trace_id: trace, calls }) => [trace, calls])).toEqual(
      rows.map(({ trace_id: trace, calls }) => [trace, calls]),
    );
    expect(traces.length).toBeGreaterThan(20);
  });
});

describe('a filter that fits hardly anything', () => {
  const nothing = { filter: { event: 'model_call.decided' }, visibility: ALL, order: 'newest' } as const;

  it('ends a page when its time is up, and the next page goes on where it ended', async () => {
    const places: (string | null)[] = [];
    for (let place: string | null = null; ; ) {
      const page = await reads.read(ALL, (client) =>
        findPage(client, nothing, { limit: 10, place, lookMs: 0 }),
      );
      expect(page.ids).toEqual([]);
      place = page.next;
      places.push(place);
      if (place === null) break;
    }
    // Stretches of 500 of the log itself: no index knows the usual events.
    const all = await idsWhere('true');
    expect(places).toEqual([...all.filter((_, index) => index % 500 === 499), null]);
  });

  it('does not tell where the rows of others are', async () => {
    const own = { kind: 'department', userId: userId(3), department: 'finance' } as const;
    const search = { filter: { action: 'no_such_action' }, visibility: own, order: 'newest' } as const;
    const page = await reads.read(own, (client) =>
      findPage(client, search, { limit: 10, place: null, lookMs: 0 }),
    );
    const visible = await idsWhere(SIGHTS[2]![2]);
    expect(page).toEqual({ ids: [], next: visible[10] });
  });
});

describe('a trace without end', () => {
  it('is shown with its first rows, and is added up as far', async () => {
    const rows = await reader.trace(ENDLESS_TRACE, ALL);
    expect(rows.map(({ id }) => id)).toEqual((await idsWhere('trace_id = $1', [ENDLESS_TRACE])).toReversed());
  });
});

describe('a question that takes too long', () => {
  it('is ended with what to do about it', async () => {
    const hurried = new pg.Pool({ ...database.clientConfig('reader'), max: 1, statement_timeout: 200 });
    hurried.on('error', () => undefined);
    const impatient = new AuditReader(new SightedReads(hurried, new ReaderSight(database)));
    const writer = await owner.connect();
    try {
      await writer.query('begin');
      await writer.query('lock table audit_log in access exclusive mode');
      await expect(impatient.callStatistics(middle, ALL)).rejects.toMatchObject({
        code: 'DATABASE_QUERY_TIMEOUT',
        hint: expect.stringContaining('--since'),
      });
    } finally {
      await writer.query('rollback');
      writer.release();
      await impatient.stop();
    }
  });
});
