import { AuditBundles, type BundleRecord } from '@gatehouse/audit';
import { createTestDatabase } from '@gatehouse/database';
import fc from 'fast-check';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { verifyProof, verifyRecords } from '../verifier/verify.mjs';
import { all, aSignedLog, type SignedLog } from './a-signed-log.ts';

type Loose = Record<string, unknown> & { record: string };

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
  const other = await aSignedLog();
  expect(await verifyRecords(whole as Iterable<Loose>, { keys: other.keys })).toMatchObject({
    ok: false,
    first_problem: { kind: 'checkpoint_unsigned' },
  });
  expect(await verify(whole, other.anchors)).toMatchObject({
    ok: false,
    first_problem: { kind: 'anchor_unsigned' },
  });
  await other.drop();
});

async function restore(): Promise<void> {
  const statements = TABLES.flatMap((table) => [
    `truncate ${table}`,
    `insert into ${table} ${table === 'audit_lanes' ? 'overriding system value ' : ''}select * from kept_${table}`,
  ]);
  await log.tamper(statements.join(';'));
}

describe('the proof of one row', () => {
  it('leads from the row to a signed checkpoint that extends an older one, and no other row is in it', async () => {
    const rows = whole.flatMap((record) => (record.record === 'row' ? [record.id] : []));
    for (const id of [rows[0]!, rows[25]!, rows.at(-1)!]) {
      const from = Number(log.anchors[1]!.split('\n')[1]);
      const proof = (await log.bundles.proof(id, from))!;
      expect(verifyProof(proof, { keys: log.keys, anchors: [log.anchors[1]!] })).toEqual([]);
      const others = rows.filter((other) => other !== id);
      expect(others.some((other) => JSON.stringify(proof).includes(other))).toBe(false);
      const changed = { ...proof, row: { ...proof.row, decision: 'maybe' } };
      expect(verifyProof(changed, { keys: log.keys })).toEqual(['the row does not lead to its seal']);
      const moved = { ...proof, seal: { ...proof.seal, seq: 99 } };
      expect(verifyProof(moved, { keys: log.keys })).not.toEqual([]);
      expect(verifyProof(proof, { keys: [] })).toEqual([
        'the checkpoint is signed by no key that is trusted',
      ]);
      expect(
        verifyProof(proof, { keys: log.keys, anchors: [log.anchors[1]!.replace('gatehouse', 'other')] }),
      ).not.toEqual([]);
    }
    expect(await log.bundles.proof('01a21da7-43e3-7000-8000-000400000001')).toBeNull();
  });
});

it('a bundle replayed into a fresh database gives the same rows and the same root', async () => {
  const fresh = await createTestDatabase();
  const client = new pg.Client(fresh.clientConfig('owner'));
  await client.connect();
  await client.query(`set session_replication_role = 'replica'`);
  await client.query('delete from audit_origins');
  const insert = (table: string, members: object) =>
    client.query(
      `insert into ${table} overriding system value select (json_populate_record(null::${table}, $1)).*`,
      [JSON.stringify(members)],
    );
  for (const record of whole as unknown as Loose[]) {
    const { record: kind, ...members } = record;
    const hex = (value: unknown) => `\\x${String(value as string)}`;
    if (kind === 'bundle')
      await client.query('insert into audit_origins (origin) values ($1)', [members.origin]);
    if (kind === 'key')
      await client.query(
        'insert into audit_keys (origin, key_id, vkey) values ((select origin from audit_origins), $1, $2)',
        [(members.vkey as string).split('+')[1], members.vkey],
      );
    if (kind === 'row') {
      const { evaluation, result, ...plain } = members;
      const columns = Object.keys(plain);
      await client.query(
        `insert into audit_log (${columns.join(', ')}, evaluation, result) values (${columns.map((_, i) => `$${i + 1}`).join(', ')}, $${columns.length + 1}, $${columns.length + 2})`,
        [...Object.values(plain), evaluation, result],
      );
    }
    if (kind === 'seal') {
      const { ids, leaves, prev_root, root, ...seal } = members as {
        ids: string[];
        leaves: string[];
        prev_root: string;
        root: string;
      };
      await insert('audit_seals', {
        ...seal,
        prev_root: hex(prev_root),
        root: hex(root),
        row_ids: ids,
        leaves: hex(leaves.join('')),
        first_id: ids[0],
        last_id: ids.at(-1),
        sealed_at: '2026-01-01',
      });
    }
    if (kind === 'checkpoint') {
      const runs = members.runs as [string, number, number][];
      const [, size, root] = (members.note as string).split('\n');
      await client.query(
        `insert into audit_checkpoints (origin, no, size, first, root, note, chains, first_seqs, last_seqs, anchored)
         select origin, $1, $2, 0, $3, $4, $5, $6, $7, true from audit_origins`,
        [
          members.no,
          size,
          Buffer.from(root!, 'base64'),
          members.note,
          runs.map(([chain]) => chain),
          runs.map(([, from]) => from),
          runs.map(([, , to]) => to),
        ],
      );
    }
  }
  await client.end();
  const bundles = new AuditBundles(fresh);
  const there = await bundles.verify({ keys: log.keys, anchors: log.anchors });
  const here = await verify(whole);
  expect(there).toMatchObject({ ok: true, tree_root: here.tree_root, rows: here.rows, seals: here.seals });
  const rowsOf = (records: readonly BundleRecord[]) =>
    records.filter((record) => record.record === 'row' || record.record === 'seal');
  expect(rowsOf(await all(bundles.records({ content: true })))).toEqual(rowsOf(whole));
  await fresh.drop();
});

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

  const TEXT = 'abcdefghijklmnopqrstuvwxyz0123456789{}[]",: ';
  /** Changes one record in one place; what says nothing that is sealed or signed is left alone. */
  function mutated(records: readonly Loose[], kind: string, at: number, where: number): Loose[] {
    const pool = records.flatMap((record, i) =>
      ['row', 'seal', 'checkpoint'].includes(record.record) ? [i] : [],
    );
    const i = pool[at % pool.length]!;
    const record = records[i]!;
    const same = pool.filter((other) => records[other]!.record === record.record);
    const copy = [...records];
    if (kind === 'delete') copy.splice(i, 1);
    if (kind === 'repeat') copy.splice(i, 0, record);
    if (kind === 'swap') {
      const other = same[(same.indexOf(i) + 1 + (where % (same.length - 1))) % same.length]!;
      [copy[i], copy[other]] = [records[other]!, record];
    }
    if (kind === 'edit') copy[i] = edited(record, where);
    return copy;
  }

  function edited(record: Loose, where: number): Loose {
    const names = Object.keys(record).filter((name) => !['record', 'held'].includes(name));
    const name = names[where % names.length]!;
    const value = record[name];
    if (name === 'note') {
      const text = value as string;
      return { ...record, note: changed(text, where % text.indexOf('\n\n')) };
    }
    if (Array.isArray(value)) {
      const list: unknown[] = [...value];
      const place = where % list.length;
      const item: unknown = list[place];
      list[place] =
        typeof item === 'string'
          ? changed(item, where)
          : [(item as unknown[])[0], Number((item as unknown[])[1]) + 1, (item as unknown[])[2]];
      return { ...record, [name]: list };
    }
    if (typeof value === 'number') return { ...record, [name]: value + 1 };
    return { ...record, [name]: value === null ? '' : changed(value as string, where) };
  }

  function changed(text: string, where: number): string {
    const at = where % Math.max(text.length, 1);
    const other = TEXT[(TEXT.indexOf(text[at] ?? '') + 1 + (where % (TEXT.length - 1))) % TEXT.length]!;
    return text.slice(0, at) + (other === text[at] ? '~' : other) + text.slice(at + 1);
  }

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
