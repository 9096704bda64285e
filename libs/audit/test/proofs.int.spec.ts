import { AuditBundles, type BundleRecord } from '@gatehouse/audit';
import { createTestDatabase } from '@gatehouse/database';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verifyProof, verifyRecords } from '../verifier/verify.mjs';
import { all, aSignedLog, type SignedLog } from './a-signed-log.ts';
import type { Loose } from './mutated-records.ts';

let log: SignedLog;
let whole: BundleRecord[];

beforeAll(async () => {
  log = await aSignedLog();
  whole = await log.records();
});
afterAll(() => log.drop());

const verify = (records: Iterable<unknown>) =>
  verifyRecords(records as Iterable<Loose>, { keys: log.keys, anchors: log.anchors });

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
