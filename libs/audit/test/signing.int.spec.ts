import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { AuditBundles, AuditLog, AuditSigning, type AuditSigningOptions } from '@gatehouse/audit';
import { createTestDatabase, type TestDatabase } from '@gatehouse/database';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type AnchorRecord } from '../src/anchors/anchor.ts';
import { Anchors } from '../src/anchors/anchors.ts';
import { SignerChild, SignerRefusal } from '../src/signing/signer-child.ts';
import { verifyRecords } from '../verifier/verify.mjs';
import { aFolder, ROOT } from './a-folder.ts';
import { all } from './a-signed-log.ts';
import { anEntry, scanner } from './an-entry.ts';
import { isSigned } from './is-signed.ts';

let database: TestDatabase;
let owner: pg.Pool;
let log: AuditLog;
let keyDir: string;
let published: AnchorRecord[];
const running: AuditSigning[] = [];
/** A busy machine is slow. */
const SOON = { timeout: 15_000 };

beforeAll(async () => {
  database = await createTestDatabase();
  owner = new pg.Pool({ ...database.clientConfig('owner'), max: 2 });
  owner.on('error', () => undefined);
});
afterAll(async () => {
  await owner.end();
  await database.drop();
});
beforeEach(async () => {
  keyDir = aFolder();
  published = [];
  // A log of its own for each test: this signer has not seen the others'.
  await owner.query(
    `insert into audit_origins (origin, reason) values ('gatehouse/audit/' || gen_random_uuid(), 'test')`,
  );
  log = new AuditLog({
    config: database.clientConfig('server'),
    kind: 'server',
    scanner,
    warn: () => undefined,
  });
  await log.start();
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((signing) => signing.stop()));
  await log.stop();
  rmSync(keyDir, { recursive: true, force: true });
});

function aSigning(options: Partial<AuditSigningOptions> = {}): AuditSigning {
  const warn = () => undefined;
  const anchor = { name: 'test', publish: async (record: AnchorRecord) => void published.push(record) };
  const signing = new AuditSigning({
    config: database.clientConfig('server'),
    installation: { root: ROOT, keyDir },
    anchors: new Anchors([anchor], warn),
    warn,
    signEveryMs: 20,
    anchorEveryMs: 60_000,
    ...options,
  });
  running.push(signing);
  return signing;
}

async function stored() {
  const { rows } = await owner.query<{ no: string; size: string; note: string; seals: string; vkey: string }>(
    `select no, size, note, (select count(*) from audit_seals) as seals,
            (select string_agg(vkey, ' ' order by since) from audit_keys k where k.origin = c.origin) as vkey
       from audit_checkpoints c where origin = (select origin from audit_origins order by number desc limit 1) order by no`,
  );
  return rows.map((row) => ({
    ...row,
    no: Number(row.no),
    size: Number(row.size),
    seals: Number(row.seals),
  }));
}

/** What one with the owner's rights can do: no trigger stops them. */
async function tamper(sql: string, values: unknown[] = []): Promise<void> {
  const client = new pg.Client(database.clientConfig('owner'));
  await client.connect();
  await client.query(`set session_replication_role = 'replica'`);
  await client.query(sql, values);
  await client.end();
}

const REMOVE = `delete from audit_checkpoints where no >= $1
   and origin = (select origin from audit_origins order by number desc limit 1)`;

describe('seals', () => {
  it('are all in a signed tree soon after their commit, and the checkpoint of the end names every head', async () => {
    const signing = aSigning();
    signing.start();
    await Promise.all(Array.from({ length: 60 }, () => log.record(anEntry())));
    await expect
      .poll(async () => (await stored()).at(-1), SOON)
      .toSatisfy((last: { size: number; seals: number }) => last?.size === last?.seals);
    await signing.stop();
    const all = await stored();
    expect(all.map(({ no }) => no)).toEqual(all.map((_, i) => i + 1));
    for (const { note, vkey } of all) expect(isSigned(note, vkey)).toBe(true);
    const { rows } = await owner.query<{ line: string }>(
      `select 'head ' || chain || ' ' || max(seq) as line from audit_seals group by chain`,
    );
    for (const { line } of rows) expect(all.at(-1)!.note).toContain(`\n${line} `);
    expect(published.at(-1)?.checkpoint).toBe(all.at(-1)!.note);
    expect(signing.status().maxLagMs).toBeLessThan(30_000);
  });

  it('are signed after the signer was killed, and after the database was away', async () => {
    const signing = aSigning();
    signing.start();
    await log.record(anEntry());
    await expect.poll(() => signing.status().state, SOON).toBe('signing');
    process.kill(signing.status().signerPid!, 'SIGKILL');
    await owner.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'gatehouse audit signing' and datname = current_database()`,
    );
    await log.record(anEntry());
    await expect
      .poll(async () => {
        const last = (await stored()).at(-1);
        return last !== undefined && last.size === last.seals;
      }, SOON)
      .toBe(true);
  });

  it('are signed by one server at a time; another takes over from where it ended', async () => {
    const first = aSigning();
    first.start();
    await log.record(anEntry());
    await expect.poll(() => first.status().state, SOON).toBe('signing');
    const second = aSigning();
    second.start();
    await expect.poll(() => second.status().state, SOON).toBe('standby');
    await first.stop();
    await log.record(anEntry());
    await expect.poll(() => second.status().state, SOON).toBe('signing');
    await second.stop();
    const last = (await stored()).at(-1)!;
    expect(last.size).toBe(last.seals);
  });
});

it('being asked to sign while it signs by itself is no fork', async () => {
  const signing = aSigning({ signEveryMs: 1 });
  signing.start();
  for (let i = 0; i < 10; i += 1) {
    await log.record(anEntry());
    await Promise.all([signing.signNow(), signing.signNow()]);
  }
  expect(signing.status()).toMatchObject({ state: 'signing', problem: null });
});

describe('the signer', () => {
  const link = (prev: string, root: string) => Buffer.from(prev + root, 'hex').toString('base64');
  const [zero, one, two, other] = ['00', '11', '22', '33'].map((byte) => byte.repeat(32)) as [
    string,
    string,
    string,
    string,
  ];

  it('signs no second history of a chain, however it is asked', async () => {
    const child = new SignerChild({ root: ROOT, keyDir });
    await child.open('gatehouse/audit/one');
    await child.extend([{ chain: 'c', first: 1, links: link(zero, one) }], false);
    for (const run of [
      { chain: 'c', first: 1, links: link(zero, other) },
      { chain: 'c', first: 2, links: link(other, two) },
      { chain: 'c', first: 3, links: link(one, two) },
    ]) {
      await expect(child.extend([run], false)).rejects.toThrow(SignerRefusal);
    }
    await child.stop();
    const again = new SignerChild({ root: ROOT, keyDir });
    expect(await again.open('gatehouse/audit/one')).toMatchObject({
      no: 1,
      size: 1,
      heads: { c: { seq: 1, root: one } },
    });
    await expect(again.extend([{ chain: 'c', first: 1, links: link(zero, other) }], false)).rejects.toThrow(
      SignerRefusal,
    );
    expect(await again.extend([{ chain: 'c', first: 2, links: link(one, two) }], false)).toMatchObject({
      size: 2,
    });
    await again.stop();
  });

  it('alone holds the key, in a file for its user alone, and can touch no other folder', async () => {
    const child = new SignerChild({ root: ROOT, keyDir });
    await child.open('gatehouse/audit/one');
    expect(statSync(join(keyDir, 'audit-signing')).mode & 0o777).toBe(0o600);
    const line = readFileSync(`/proc/${child.pid}/cmdline`, 'utf8');
    expect(line).toContain('--permission');
    expect(line).toContain(`--allow-fs-write=${keyDir}`);
    await child.stop();
    expect(readdirSync(keyDir).filter((name) => name.startsWith('.new'))).toEqual([]);
  });

  it('keeps the old key’s word when it gets a new one: both sign the change', async () => {
    const child = new SignerChild({ root: ROOT, keyDir });
    const { vkey: old } = await child.open('gatehouse/audit/one');
    const { vkey, certificate } = await child.rotate();
    expect((await child.extend([], true)).vkey).toBe(old);
    expect(await child.adopt()).toMatchObject({ vkey });
    expect((await child.extend([], true)).vkey).toBe(vkey);
    expect(vkey).not.toBe(old);
    const [text = '', lines = ''] = certificate.split('\n\n');
    const [byOld, byNew] = lines.trim().split('\n');
    expect(isSigned(`${text}\n\n${byOld}\n`, old)).toBe(true);
    expect(isSigned(`${text}\n\n${byNew}\n`, vkey)).toBe(true);
    await child.stop();
  });
});

it('a new key is taken by the server that signs, without a restart, and is vouched for by the one before', async () => {
  const signing = aSigning();
  signing.start();
  await log.record(anEntry());
  await expect.poll(() => signing.status().checkpointsTotal, SOON).toBeGreaterThan(0);
  const before = signing.status().vkey!;
  const { vkey } = await aSigning().rotateKey();
  await log.record(anEntry());
  await expect.poll(() => signing.status().vkey, SOON).toBe(vkey);
  await signing.stop();
  const records = await all(new AuditBundles(database).records({ content: true }));
  // Without the logs of the other tests, whose keys are gone.
  const own = records.filter((one) => one.record === 'bundle' || !('origin' in one));
  expect(await verifyRecords(own, { keys: [before] })).toMatchObject({ ok: true, problems: [] });
});

describe('a database that was set back', () => {
  it('is refused by the signer, but for the checkpoint signed last, which may never have been stored', async () => {
    const first = aSigning();
    for (let i = 0; i < 3; i += 1) {
      await log.record(anEntry());
      await first.signNow();
    }
    await first.stop();
    await tamper(REMOVE, [3]);
    const healed = aSigning();
    expect(await healed.signNow()).toBe(true);
    await healed.stop();
    expect((await stored()).map(({ no }) => no)).toEqual([1, 2, 3, 4]);
    await tamper(REMOVE, [3]);
    await expect(aSigning().signNow()).rejects.toThrow(/set back/);
  });

  it('and whose seals were written anew is refused too', async () => {
    const first = aSigning();
    await log.record(anEntry());
    await first.signNow();
    await first.stop();
    await log.stop();
    await tamper(
      `update audit_seals set root = sha256(root) where (chain, seq) in (select chain, max(seq) from audit_seals group by chain)`,
    );
    log = new AuditLog({
      config: database.clientConfig('server'),
      kind: 'server',
      scanner,
      warn: () => undefined,
    });
    await log.start();
    await Promise.all(Array.from({ length: 20 }, () => log.record(anEntry())));
    await expect(aSigning().signNow()).rejects.toThrow(/another root/);
    await log.stop();
    await tamper('truncate audit_seals, audit_log');
  });
});

it('an anchor that fails is counted, and keeps no other from its checkpoint', async () => {
  const broken = { name: 'broken', publish: () => Promise.reject(new Error('no room')) };
  const whole = { name: 'whole', publish: async (one: AnchorRecord) => void published.push(one) };
  const signing = aSigning({ anchors: new Anchors([broken, whole], () => undefined) });
  await log.record(anEntry());
  await signing.signNow();
  expect(published).toHaveLength(1);
  expect(signing.status().anchorFailuresTotal).toBe(1);
});
