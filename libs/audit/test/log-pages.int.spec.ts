import { type LogFilter, LogReader, LogStore } from '@gatehouse/audit';
import { createTestDatabase, type TestDatabase } from '@gatehouse/database';
import { createScanner } from '@gatehouse/secret-scanner';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeLines } from '../bench/made-lines.ts';
import { makePastDays } from '../bench/past-partitions.ts';
import { findLines } from '../src/logs/find-lines.ts';

const LINES = 6000;
const DAYS = 3;

let database: TestDatabase;
let owner: pg.Pool;
let pool: pg.Pool;
let reader: LogReader;
let middle: Date;

beforeAll(async () => {
  database = await createTestDatabase();
  owner = new pg.Pool({ ...database.clientConfig('owner'), max: 2 });
  owner.on('error', () => undefined);
  const client = await owner.connect();
  await makePastDays(client as never, DAYS);
  client.release();
  const config = database.clientConfig('server');
  const store = new LogStore({ config, scanner: createScanner(), maxWaiting: 10_000 });
  store.start();
  await makeLines(store, LINES, DAYS, () => undefined);
  await store.stop();
  middle = new Date(Date.now() - (DAYS * 86_400_000) / 2);
  pool = new pg.Pool({ ...config, max: 2 });
  pool.on('error', () => undefined);
  reader = new LogReader(pool);
});
afterAll(async () => {
  await reader.stop();
  await owner.end();
  await database.drop();
});

async function idsWhere(condition: string, values: unknown[] = []): Promise<string[]> {
  const { rows } = await owner.query<{ id: string }>(
    `select id from logs where ${condition} order by id desc`,
    values,
  );
  return rows.map(({ id }) => id);
}

describe('pages of the log', () => {
  it.each([
    ['nothing', () => ({}), 'true', () => []],
    ['a level', () => ({ level: 'warn' }), `level in ('warn', 'error')`, () => []],
    ['a module', () => ({ module: 'OAUTH' }), `module = 'oauth'`, () => []],
    ['a text of many', () => ({ text: 'COMPLETED' }), `message like '%completed%'`, () => []],
    // The first one hundred thousandth line and the 77th of each.
    ['a text of one', () => ({ text: 'disk budget' }), `message like '%disk budget%'`, () => []],
    ['a text of few', () => ({ text: 'in 71' }), `message like '%in 71%'`, () => []],
    ['a text of none', () => ({ text: 'nobody said this' }), 'false', () => []],
    ['two letters', () => ({ text: '9 ' }), `message like '%9 %'`, () => []],
    ['what stands for itself', () => ({ text: '%' }), 'false', () => []],
    ['a time', () => ({ since: middle }), 'id >= audit_id_at($1)', () => [middle]],
    [
      'text, module and time',
      () => ({ text: 'in 7', module: 'http', until: middle }),
      `message like '%in 7%' and module = 'http' and id < audit_id_at($1)`,
      () => [middle],
    ],
  ] as readonly (readonly [string, () => Partial<LogFilter>, string, () => unknown[]])[])(
    'hold each line that fits %s once, newest first',
    async (_what, filter, condition, values) => {
      const ids: string[] = [];
      for (let before: string | null | undefined; before !== null; ) {
        const page = await reader.list({
          ...filter(),
          limit: 400,
          ...(before === undefined ? {} : { before }),
        });
        ids.push(...page.rows.map(({ id }) => id));
        before = page.next;
      }
      const wanted = await idsWhere(condition, values());
      expect(ids).toEqual(wanted);
      const oldest = await reader.after('00000000-0000-0000-0000-000000000000', { ...filter(), limit: 300 });
      expect(oldest.map(({ id }) => id)).toEqual(wanted.toReversed().slice(0, 300));
    },
  );

  it('end when their time is up, and go on where they ended', async () => {
    const search = { filter: { text: 'nobody said this' }, order: 'newest' } as const;
    const first = await findLines(pool, search, { limit: 10, place: null, lookMs: 0 });
    const lines = await idsWhere('true');
    expect(first).toEqual({ ids: [], next: lines[499] });
    const second = await findLines(pool, search, { limit: 10, place: first.next, lookMs: 0 });
    expect(second).toEqual({ ids: [], next: lines[999] });
  });

  it('find what hardly any line says without reading every line', async () => {
    const asked: string[] = [];
    const noting = {
      query: (text: string, values: unknown[]) => {
        asked.push(text);
        return pool.query(text, values);
      },
    } as unknown as pg.Pool;
    const search = { filter: { text: 'disk budget' }, order: 'newest' } as const;
    const found = await findLines(noting, search, { limit: 10, place: null, lookMs: 60_000 });
    expect(found).toEqual({ ids: await idsWhere(`message like '%disk budget%'`), next: null });
    // Two stretches, then for each day the index of words and a short stretch to see whether the log goes on.
    expect(asked.filter((text) => text.includes('as looked')).length).toBeLessThanOrEqual(3 + DAYS);
    expect(asked.some((text) => text.startsWith('select id from logs'))).toBe(true);
  });
});
