import { rmSync } from 'node:fs';
import { AuditBundles, AuditSigning } from '@gatehouse/audit';
import { createTestDatabase, type TestDatabase, withClient } from '@gatehouse/database';
import { createScanner } from '@gatehouse/secret-scanner';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { madeRows } from '../bench/made-rows.ts';
import { makePastPartitions, monthsBack } from '../bench/past-partitions.ts';
import { type WriteRate, writeRows } from '../bench/write-rows.ts';
import { Anchors } from '../src/anchors/anchors.ts';
import { sealsOf } from '../src/bundle/bundle.queries.ts';
import { rememberingScanner } from '../src/row/remembering-scanner.ts';
import { aFolder, ROOT } from './a-folder.ts';
import { recomputeChains } from './recompute-chains.ts';

const ROWS = 3000;
const keyDir = aFolder();

let database: TestDatabase;
const rates: WriteRate[] = [];
beforeAll(async () => {
  database = await createTestDatabase();
  const nowMs = Date.now();
  await withClient(database.clientConfig('owner'), (owner) => makePastPartitions(owner, 3));
  const rows = madeRows({
    rows: ROWS,
    fromMs: monthsBack(2, nowMs),
    toMs: nowMs,
    scanner: rememberingScanner(createScanner()),
  });
  await writeRows(database.clientConfig('server'), rows, 1000, (rate) => rates.push(rate));
  const signing = new AuditSigning({
    config: database.clientConfig('server'),
    installation: { root: ROOT, keyDir },
    anchors: new Anchors([], () => undefined),
    warn: () => undefined,
  });
  await signing.signNow();
  await signing.stop();
});
afterAll(async () => {
  await database.drop();
  rmSync(keyDir, { recursive: true, force: true });
});

it('makes rows over several months that the verifier of the product and one of its own accept', async () => {
  expect(rates.at(-1)?.at).toBe(ROWS);
  expect(await new AuditBundles(database).verify()).toMatchObject({ ok: true, problems: [] });
  await withClient(database.clientConfig('owner'), async (owner) => {
    expect(await recomputeChains(owner)).toMatchObject({ rows: ROWS, problems: [] });
    const { rows } = await owner.query<{ months: number; astray: number }>(
      `select count(distinct tableoid)::int as months, count(*) filter (where tableoid = 'audit_log_default'::regclass)::int as astray
         from audit_log`,
    );
    expect(rows).toEqual([{ months: 3, astray: 0 }]);
  });
});

it('makes calls as they are: most with an end that repeats their commitment, some denied, some of no user', async () => {
  await withClient(database.clientConfig('owner'), async (owner) => {
    const { rows } = await owner.query<Record<string, number>>(
      `select count(*) filter (where event = 'tool_call.completed')::int as ends,
         count(*) filter (where event = 'tool_call.completed' and exists (select from audit_log d where d.trace_id = c.trace_id
           and d.task_id = c.task_id and d.event = 'tool_call.decided' and d.id <> c.id
           and d.evaluation ->> 'commitment' = c.evaluation ->> 'commitment'))::int as answered,
         count(*) filter (where decision = 'deny' and event = 'tool_call.decided')::int as denied,
         count(*) filter (where user_id = 'anonymous')::int as unknown
         from audit_log c`,
    );
    const { ends, answered, denied, unknown } = rows[0]!;
    expect(answered).toBe(ends);
    expect(ends).toBeGreaterThan(ROWS / 3);
    for (const few of [denied, unknown]) expect(few).toBeGreaterThan(0);
  });
});

it('are read for a proof by some thousands: a page of seals has no more rows, and the next goes on behind it', async () => {
  const toMs = Date.now();
  const scanner = rememberingScanner(createScanner());
  const made = madeRows({ rows: 12_000, fromMs: toMs - 60_000, toMs, scanner, seed: 2 });
  await writeRows(database.clientConfig('server'), made, 12_000, () => undefined);
  await withClient(database.clientConfig('owner'), async (owner) => {
    const { rows } = await owner.query<{ chain: string; seals: number }>(
      'select chain, count(*)::int as seals from audit_seals group by chain order by seals desc limit 1',
    );
    const { chain, seals } = rows[0]!;
    const seqs: string[] = [];
    for (let page = await sealsOf(owner, chain, '0'); page.length > 0; ) {
      expect(page.reduce((sum, { n }) => sum + n, 0)).toBeLessThan(5500);
      seqs.push(...page.map(({ seq }) => seq));
      page = await sealsOf(owner, chain, seqs.at(-1)!);
    }
    expect(seqs).toEqual(Array.from({ length: seals }, (_, before) => String(before + 1)));
  });
});
