import { rmSync } from 'node:fs';
import type { BundleRecord } from '@gatehouse/audit';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SignerChild } from '../src/signing/signer-child.ts';
import { verifyRecords } from '../verifier/verify.mjs';
import { aFolder, ROOT } from './a-folder.ts';
import { all, aSignedLog, type SignedLog } from './a-signed-log.ts';
import { type Loose, mutated } from './mutated-records.ts';

let log: SignedLog;
let whole: BundleRecord[];
const TABLES = ['audit_log', 'audit_seals', 'audit_checkpoints', 'audit_lanes'];

beforeAll(async () => {
  log = await aSignedLog();
  whole = await log.records();
  for (const table of TABLES) await log.owner.query(`create table kept_${table} as table ${table}`);
});
afterAll(() => log.drop());

const verify = (records: Iterable<unknown>, anchors: readonly string[] = log.anchors) =>
  verifyRecords(records as Iterable<Loose>, { keys: log.keys, anchors });
const last = () => log.anchors.slice(-1);

it('an untouched log verifies: live, and as a bundle with a key and every anchor', async () => {
  const live = await log.bundles.verify({ keys: log.keys, anchors: log.anchors });
  expect(live).toMatchObject({ ok: true, problems: [], rows: 56, unsigned_seals: 0 });
  expect(live.chains).toBeGreaterThanOrEqual(2);
  expect(await verify(whole)).toMatchObject({ ok: true, tree_root: live.tree_root });
  expect(live.notes).toEqual([expect.stringMatching(/^nothing up to .* can have been cut off/)]);
});

it('without an anchor it is said that the end is not provable', async () => {
  const report = await verify(whole, []);
  expect(report).toMatchObject({ ok: true });
  expect(report.notes).toEqual([
    'no anchor was given: it cannot be proven that nothing was cut off at the end',
  ]);
});

it('a key of somebody else vouches for nothing', async () => {
  const keyDir = aFolder();
  const child = new SignerChild({ root: ROOT, keyDir });
  await child.open('gatehouse/audit/other');
  const other = await child.extend([], true);
  await child.stop();
  rmSync(keyDir, { recursive: true, force: true });
  expect(await verifyRecords(whole as Iterable<Loose>, { keys: [other.vkey] })).toMatchObject({
    ok: false,
    first_problem: { kind: 'checkpoint_unsigned' },
  });
  expect(await verify(whole, [other.note])).toMatchObject({
    ok: false,
    first_problem: { kind: 'anchor_unsigned' },
  });
});

async function restore(): Promise<void> {
  const statements = TABLES.flatMap((table) => [
    `delete from ${table}`,
    `insert into ${table} ${table === 'audit_lanes' ? 'overriding system value ' : ''}select * from kept_${table}`,
  ]);
  await log.tamper(['set synchronous_commit = off', ...statements].join(';'));
}

describe('in the database', () => {
  beforeEach(restore);

  const ROW = `(select id from audit_log where event = 'tool_call.decided' order by id offset 20 limit 1)`;
  const OTHER = `(select id from audit_log where event = 'tool_call.decided' order by id offset 30 limit 1)`;
  const SEAL = `(select chain, seq from audit_seals where n > 2 order by sealed_at offset 1 limit 1)`;
  const CHAIN = `(select chain from audit_lanes where kind = 'cli')`;

  /** Keys that stand in the way of an exchange are taken away for it. */
  const without = (table: string, sql: string, key: string) =>
    `alter table ${table} drop constraint ${table}_pkey; ${sql}; alter table ${table} add primary key (${key})`;

  it.each([
    ['an edited value', 'row_changed', `update audit_log set reason = 'x' where id = ${ROW}`],
    [
      'a millisecond more',
      'row_changed',
      `update audit_log set occurred_at = occurred_at + interval '1 ms' where id = ${ROW}`,
    ],
    [
      'a space in the JSON',
      'row_changed',
      `update audit_log set evaluation = replace(evaluation::text, '"rules":', '"rules": ')::json where id = ${ROW}`,
    ],
    [
      'another result of a check',
      'row_changed',
      `update audit_log set evaluation = replace(evaluation::text, '"pass"', '"fail"')::json where id = ${ROW}`,
    ],
    [
      'a number past double precision',
      'row_changed',
      `update audit_log set cost_microdollars = 9007199254740993 where id = ${ROW}`,
    ],
    [
      'changed content',
      'content_changed',
      `update audit_log set evaluation = replace(evaluation::text, '/srv/', '/etc/')::json where id = ${ROW}`,
    ],
    [
      'content that went without a record',
      'content_missing',
      `update audit_log set evaluation = audit_without_content(evaluation) where id = ${ROW}`,
    ],
    ['a deleted row', 'row_missing', `delete from audit_log where id = ${ROW}`],
    [
      'an inserted row',
      'row_unsealed',
      `insert into audit_log select (json_populate_record(l, json_build_object('id', gen_random_uuid()))).* from audit_log l where id = ${ROW}`,
    ],
    [
      'two rows under each other’s ids',
      'row_changed',
      without(
        'audit_log',
        `update audit_log l set id = case id when ${ROW} then ${OTHER} else ${ROW} end where id in (${ROW}, ${OTHER})`,
        'id',
      ),
    ],
    [
      'a row and its leaf',
      'seal_changed',
      `with a as (update audit_log set reason = 'x' where id = ${ROW}) update audit_seals set leaves = overlay(leaves placing sha256('x') from 1) where (chain, seq) in ${SEAL}`,
    ],
    [
      'a seal that stands on another root',
      'seal_changed',
      `update audit_seals set prev_root = sha256(prev_root) where (chain, seq) in ${SEAL}`,
    ],
    [
      'a row named with a seal removed',
      'row_order',
      `update audit_seals set row_ids = row_ids[2:], leaves = substring(leaves from 33), n = n - 1 where (chain, seq) in ${SEAL}`,
    ],
    ['a removed seal', 'seal_missing', `delete from audit_seals where (chain, seq) in ${SEAL}`],
    [
      'a seal removed with its rows',
      'seal_missing',
      `with s as (delete from audit_seals where (chain, seq) in ${SEAL} returning row_ids) delete from audit_log using s where id = any(s.row_ids)`,
    ],
    [
      'two seals in each other’s place',
      'seal_changed',
      without(
        'audit_seals',
        `update audit_seals set seq = 5 - seq where chain = ${CHAIN} and seq in (2, 3)`,
        'chain, seq',
      ),
    ],
    [
      'a whole writer gone',
      'writer_gone',
      `with s as (delete from audit_seals where chain = ${CHAIN} returning row_ids), l as (delete from audit_lanes where kind = 'cli') delete from audit_log using s where id = any(s.row_ids)`,
    ],
    ['a removed checkpoint', 'checkpoint_missing', 'delete from audit_checkpoints where no = 2'],
    [
      'a checkpoint that claims another tree',
      'checkpoint_changed',
      'update audit_checkpoints set chains = chains[1:1], first_seqs = first_seqs[1:1], last_seqs = last_seqs[1:1] where no = 1',
    ],
    [
      'a checkpoint put into words of one’s own',
      'checkpoint_unsigned',
      `update audit_checkpoints set note = replace(note, 'time 2', 'time 1') where no = 2`,
    ],
  ] as const)('finds %s', async (_name, kind, sql) => {
    await log.tamper(sql);
    const report = await log.bundles.verify({ keys: log.keys, anchors: last() });
    expect(report.problems.map((problem) => problem.kind)).toContain(kind);
    expect(report.first_problem?.message).toBeTruthy();
    if (kind.startsWith('row_') || kind.startsWith('content_')) {
      const named = report.problems.find((problem) => problem.kind === kind) as { row?: string } | undefined;
      expect(named?.row).toMatch(/^[0-9a-f-]{36}$/);
    }
  });

  it('finds an end that was cut off with its seals and checkpoints by the anchor, and only by it', async () => {
    await log.tamper(`with c as (delete from audit_checkpoints where no = 4 returning chains, first_seqs, last_seqs),
      r as (select * from c, unnest(chains, first_seqs, last_seqs) as u (chain, first, last)),
      s as (delete from audit_seals using r where audit_seals.chain = r.chain and seq between r.first and r.last returning row_ids)
      delete from audit_log using s where id = any(s.row_ids)`);
    const blind = await log.bundles.verify({ keys: log.keys });
    expect(blind).toMatchObject({ ok: true });
    expect(blind.notes.join()).toMatch(/cannot be proven that nothing was cut off/);
    const report = await log.bundles.verify({ keys: log.keys, anchors: last() });
    expect(report.problems.map(({ kind }) => kind)).toContain('truncated');
    expect(report.problems.map(({ message }) => message).join()).toMatch(
      /chain .* ends at seal \d+; seal \d+ was signed/,
    );
  });

  it('finds a history that was written anew with all its hashes, because nobody signed it', async () => {
    await log.tamper('delete from audit_checkpoints');
    expect(await log.bundles.verify({ keys: log.keys })).toMatchObject({
      ok: false,
      first_problem: { kind: 'unsigned' },
    });
  });
});

describe('in a bundle', () => {
  beforeAll(restore);

  it('finds any one change of any record', async () => {
    const records = whole as unknown as Loose[];
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('delete', 'repeat', 'swap', 'edit', 'edit', 'edit'),
        fc.nat(),
        fc.nat(),
        async (kind, at, where) => {
          const report = await verify(mutated(records, kind, at, where));
          expect(report.ok).toBe(false);
          expect(report.first_problem?.message).toBeTruthy();
        },
      ),
      { numRuns: 250 },
    );
  });

  it('finds a cut at any place', async () => {
    for (let end = 1; end < whole.length; end += 7) {
      expect((await verify(whole.slice(0, end), last())).ok).toBe(false);
    }
  });

  it('with rows of a period alone, or without content, verifies as well', async () => {
    const ids = whole.flatMap((record) => (record.record === 'row' ? [record.id] : [])).sort();
    const ms = Number.parseInt(ids[30]!.replaceAll('-', '').slice(0, 12), 16);
    const part = await all(log.bundles.records({ content: false, from: new Date(ms) }));
    const report = await verify(part);
    expect(report).toMatchObject({ ok: true, problems: [] });
    expect(report.rows).toBeLessThan(56);
    expect(JSON.stringify(part)).not.toContain('/srv/');
  });
});
