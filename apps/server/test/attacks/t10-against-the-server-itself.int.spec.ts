import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AuditBundles, AuditSigning, readReceipts, verifyRecords } from '@gatehouse/audit';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aServer, type TestServer } from '../support/a-server.ts';
import { preToolUse } from '../support/hook-client.ts';

/** A server whose attacker has the database as its owner, and the server's rights, but not the signing key. */
let server: TestServer;
let keys: string[];
let anchor: string;
let receipt: { row: string; chain: string; seq: number; root: string };
const bundles = () => server.app.get(AuditBundles);
const signing = () => server.app.get(AuditSigning);

async function call(): Promise<Headers> {
  const token = await server.token('maya@example.test', 'hooks');
  const response = await fetch(`http://127.0.0.1:${server.port}/api/v1/hooks/govern`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify(preToolUse('Read', { file_path: '/srv/a' })),
  });
  return response.headers;
}

async function tamper(sql: string): Promise<void> {
  const client = new pg.Client(server.database.clientConfig('owner'));
  await client.connect();
  await client.query(`set session_replication_role = 'replica'`);
  await client.query(sql);
  await client.end();
}

beforeAll(async () => {
  server = await aServer({ tools: false });
  const headers = await call();
  [receipt] = readReceipts(headers.get('gatehouse-receipt') ?? '') as [typeof receipt];
  for (let i = 0; i < 5; i += 1) await call();
  await signing().signNow();
  keys = (await bundles().keys()).map(({ vkey }) => vkey);
  anchor = (await bundles().lastAnchored())!.note;
});
afterAll(() => server.end());

describe('an answer', () => {
  it('carries a receipt that a proof of its row answers to', async () => {
    const proof = (await bundles().proof(receipt.row))!;
    expect(proof.seal).toMatchObject({ chain: receipt.chain, seq: receipt.seq, root: receipt.root });
  });
});

describe('the signing key', () => {
  it('is in no variable, argument or row of the server', async () => {
    const seed = readFileSync(join(server.configuration.installation.keyDir, 'audit-signing'));
    expect(seed).toHaveLength(32);
    const { signerPid } = signing().status();
    for (const pid of [process.pid, signerPid!]) {
      for (const file of ['environ', 'cmdline'])
        expect(readFileSync(`/proc/${pid}/${file}`).includes(seed)).toBe(false);
    }
    const { rows } = await server.sql.query<{ line: string }>(
      'select audit_keys::text as line from audit_keys',
    );
    expect(rows.map(({ line }) => line).join()).not.toContain(seed.toString('base64'));
  });

  it('has a process of its own, which a debugger’s signal does not open and which touches no other folder', () => {
    const line = readFileSync(`/proc/${signing().status().signerPid}/cmdline`, 'utf8');
    for (const flag of ['--disable-sigusr1', '--permission', '--allow-fs-write='])
      expect(line).toContain(flag);
    expect(line).not.toMatch(/allow-(?:child-process|worker|addons)/);
  });
});

async function sealsInAll(): Promise<number> {
  const { rows } = await server.sql.query<{ n: number }>('select count(*)::int as n from audit_seals');
  return rows[0]!.n;
}

describe('one who owns the database and has the server', () => {
  it.each([
    ['server', 'update audit_checkpoints set note = note'],
    ['server', 'delete from audit_checkpoints'],
    ['server', 'delete from audit_keys'],
    ['server', `update audit_origins set reason = 'x'`],
    ['owner', 'delete from audit_checkpoints'],
    ['owner', 'truncate audit_checkpoints'],
    ['reader', `insert into audit_origins (origin) values ('other')`],
    ['server', `insert into audit_origins (origin) values ('other')`],
  ] as const)('as %s cannot %s', async (role, sql) => {
    const client = new pg.Client(server.database.clientConfig(role));
    await client.connect();
    try {
      await expect(client.query(sql)).rejects.toMatchObject({ code: '42501' });
    } finally {
      await client.end();
    }
  });

  it('past the triggers cannot have a history signed that was written anew', async () => {
    const records: Record<string, unknown>[] = [];
    for await (const record of bundles().records({ content: true })) records.push(record as never);
    expect(await verifyRecords(records, { keys, anchors: [anchor] })).toMatchObject({ ok: true });
    // What is not signed yet nobody remembers: the promise begins with the checkpoint.
    await expect
      .poll(async () => signing().status().size - (await sealsInAll()), { timeout: 15_000 })
      .toBe(0);
    // A seal of the attacker's own, on a root of the attacker's own, where the chain goes on.
    await tamper(`update audit_seals set root = sha256(root) where (chain, seq) in
        (select chain, max(seq) from audit_seals group by chain);
      insert into audit_seals (chain, seq, prev_root, root, n, first_id, last_id, row_ids, leaves)
        select distinct on (chain) chain, seq + 1, root, sha256('mine'), n, first_id, last_id, row_ids, leaves
          from audit_seals order by chain, seq desc`);
    await call().catch(() => undefined);
    await expect.poll(() => signing().status().state, { timeout: 15_000 }).toBe('refused');
    expect(signing().status().problem).toMatch(/stands on another root/);
    const ready = (await (await fetch(`http://127.0.0.1:${server.port}/readyz`)).json()) as {
      audit: { signing: object };
    };
    expect(ready.audit.signing).toMatchObject({ state: 'refused' });
    const report = await bundles().verify({ keys, anchors: [anchor] });
    expect(report).toMatchObject({ ok: false });
  });

  it('cannot pass off a log of its own for the one that the anchor knows', async () => {
    await tamper(`insert into audit_origins (origin, reason) values ('gatehouse/audit/own', 'mine')`);
    const report = await bundles().verify({ keys, anchors: [anchor] });
    expect(report.problems.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(['unsigned', 'log_unrecorded', 'log_broken']),
    );
  });
});
