import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  AuditExport,
  AuditLog,
  AuditReader,
  ExportPlaces,
  ReaderSight,
  readAnchors,
  SightedReads,
  storedSinks,
} from '@gatehouse/audit';
import type { ExportSinkConfig } from '@gatehouse/config';
import { createTestDatabase, type TestDatabase } from '@gatehouse/database';
import { destinationPolicy, sendOutbound } from '@gatehouse/outbound';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { anEntry, scanner } from '../an-entry.ts';
import { aCollector, aSink, CREDENTIAL, type Mood } from './a-collector.ts';

let database: TestDatabase;
let log: AuditLog;
let reader: AuditReader;
let places: pg.Pool;
let folder: string;
const warnings: string[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  log = new AuditLog({
    config: database.clientConfig('server'),
    kind: 'server',
    scanner,
    warn: () => undefined,
  });
  await log.start();
  const pool = new pg.Pool({ ...database.clientConfig('reader'), max: 4 });
  pool.on('error', () => undefined);
  reader = new AuditReader(new SightedReads(pool, new ReaderSight(database)));
  places = new pg.Pool({ ...database.clientConfig('server'), max: 2 });
  places.on('error', () => undefined);
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-export-'));
  await writeFile(join(folder, 'credential'), `${CREDENTIAL}\n`, { mode: 0o600 });
});
afterAll(async () => {
  await log.stop();
  await reader.stop();
  await places.end();
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});

/** Writes so many rows at once; resolves with their ids when they are committed. */
async function rows(count: number): Promise<string[]> {
  const receipts = await Promise.all(Array.from({ length: count }, () => log.record(anEntry())));
  return receipts.map(({ id }) => id);
}

function anExport(...sinks: ExportSinkConfig[]): AuditExport {
  const policy = destinationPolicy([]);
  const running = new AuditExport({
    sinks,
    database: database.clientConfig('server'),
    reader,
    outbound: { send: (request) => sendOutbound(request, policy) },
    version: '0.1.0',
    warn: (message) => warnings.push(message),
    pauseMs: () => 20,
    lookMs: 50,
  });
  running.start();
  onTestFinished(() => running.stop());
  return running;
}

const credentialFile = () => join(folder, 'credential');
async function stored(name: string) {
  return (await storedSinks(places, await reader.heads())).find(({ sink }) => sink === name);
}
const caughtUp = (name: string) =>
  expect.poll(async () => (await stored(name))?.sealsBehind, { timeout: 10_000 }).toBe(0);

describe.each(['splunk_hec', 'elasticsearch', 'datadog', 'sumo'] as const)('a sink of kind %s', (kind) => {
  const name = `sink-${kind}`;
  const moods: readonly Mood[] = [
    'throttle',
    'busy',
    'silent',
    'half_closed',
    'reset',
    'redirect',
    'wrong_credential',
    'taken_without_answer',
  ];
  const answersSay = kind === 'splunk_hec' || kind === 'elasticsearch';

  it('takes every row, in order, each at least once, whatever the other side does first', async () => {
    const collector = await aCollector(kind);
    onTestFinished(() => collector.stop());
    // Datadog and Sumo answer with nothing that a proxy could not say; half an answer after 200 is told from a whole one all the same.
    collector.moods.push(
      ...moods,
      ...(answersSay ? (['not_a_collector'] as const) : []),
      ...(kind === 'elasticsearch' ? (['partly', 'partly'] as const) : []),
    );
    const expected = collector.moods.length;
    const before = await rows(120);
    const running = anExport(
      aSink({ name, kind, url: collector.url, credentialFile: credentialFile(), batchRows: 50 }),
    );
    await caughtUp(name);
    const [status] = running.status();
    expect(status).toMatchObject({ state: 'sending', failuresTotal: expected, lastProblem: null });
    expect(await stored(name)).toMatchObject({
      failures: 0,
      failingSince: null,
      lastProblem: null,
      missingTotal: 0,
    });
    const after = await rows(30);
    await caughtUp(name);
    for (const id of [...before, ...after]) expect(collector.ids).toContain(id);
    expect(Math.max(...collector.requests.map(({ events }) => events))).toBeLessThanOrEqual(50);
    if (kind === 'elasticsearch') expect(new Set(collector.ids).size).toBe(collector.ids.length);
  });

  it('holds its place and shows red while the other side is down, and goes on from there', async () => {
    const collector = await aCollector(kind);
    onTestFinished(() => collector.stop());
    const down = `down-${kind}`;
    const running = anExport(
      aSink({ name: down, kind, url: collector.url, credentialFile: credentialFile() }),
    );
    await caughtUp(down);
    const taken = collector.ids.length;
    await collector.stop();
    const missed = await rows(40);
    await expect.poll(() => running.status()[0]?.state, { timeout: 10_000 }).toBe('failing');
    await expect
      .poll(async () => (await stored(down))?.lastProblem, { timeout: 10_000 })
      .toMatch(/^EXPORT_UNREACHABLE/);
    const red = await stored(down);
    expect(red?.failingSince).toBeInstanceOf(Date);
    expect(red?.sealsBehind).toBeGreaterThan(0);
    expect(red?.rowsTotal).toBe(taken);
    await running.stop();
    await collector.restart();
    anExport(aSink({ name: down, kind, url: collector.url, credentialFile: credentialFile() }));
    await caughtUp(down);
    for (const id of missed) expect(collector.ids).toContain(id);
    expect(collector.ids.length).toBe(taken + 40);
  });

  it('sends less at once to a side that finds it too much', async () => {
    const collector = await aCollector(kind);
    onTestFinished(() => collector.stop());
    collector.maxBytes = 8_000;
    await rows(60);
    const small = `small-${kind}`;
    anExport(aSink({ name: small, kind, url: collector.url, credentialFile: credentialFile() }));
    await caughtUp(small);
    expect((await stored(small))?.rowsTotal).toBe(new Set(collector.ids).size);
    expect(Math.max(...collector.requests.map(({ bytes }) => bytes))).toBeLessThanOrEqual(8_000);
  });
});

describe.each(['splunk_hec', 'elasticsearch'] as const)('a row that %s refuses for good', (kind) => {
  it('stops the sink alone, whatever else was sent with it, until an operator has it go on without', async () => {
    const collector = await aCollector(kind);
    onTestFinished(() => collector.stop());
    const ids = await rows(30);
    const refused = [...ids].sort()[11]!;
    collector.refusedId = refused;
    const name = `refused-${kind}`;
    const running = anExport(aSink({ name, kind, url: collector.url, credentialFile: credentialFile() }));
    await expect.poll(async () => (await stored(name))?.refusedId, { timeout: 10_000 }).toBe(refused);
    expect(await stored(name)).toMatchObject({ lastProblem: expect.stringMatching(/^EXPORT_REJECTED/) });
    expect(running.status()[0]?.state).toBe('failing');
    const other = new ExportPlaces(places);
    expect(await other.skip(name, ids.find((id) => id !== refused)!)).toBe(false);
    expect(await other.skip(name, refused)).toBe(true);
    await caughtUp(name);
    expect(await stored(name)).toMatchObject({ skippedTotal: 1, refusedId: null, failures: 0 });
    expect(ids.filter((id) => !collector.ids.includes(id))).toEqual([refused]);
    expect((await stored(name))?.rowsTotal).toBe(new Set(collector.ids).size);
  });
});

describe('the export', () => {
  it.each(['ndjson', 'ocsf', 'ecs'] as const)(
    'takes the newest checkpoint with it in %s, where a verifier finds it',
    async (format) => {
      const path = join(folder, `checkpoints.${format}`);
      const note = `gatehouse/audit/test\n${4}\n${'A'.repeat(43)}=\ntime 2026-11-27T15:37:18.884Z\n\n\u2014 gatehouse/audit/test c2lnbmF0dXJl\n`;
      const owner = new pg.Client(database.clientConfig('owner'));
      await owner.connect();
      const checkpoint = (no: number) =>
        owner.query(
          `insert into audit_checkpoints (origin, no, size, first, root, note, chains, first_seqs, last_seqs, anchored)
         select origin, $1, 4, 4, sha256('x'), $2, '{}', '{}', '{}', true from audit_origins on conflict do nothing`,
          [no, note],
        );
      const anchors = async () => readAnchors(await readFile(path, 'utf8').catch(() => ''));
      try {
        await checkpoint(1);
        anExport(aSink({ name: `checkpoints-${format}`, kind: 'file', path, format }));
        await expect.poll(anchors, { timeout: 10_000 }).toEqual([note]);
        await caughtUp(`checkpoints-${format}`);
        const before = (await stored(`checkpoints-${format}`))!.rowsTotal;
        const { rows: last } = await owner.query<{ no: string }>(
          'select max(no) as no from audit_checkpoints',
        );
        await checkpoint(Number(last[0]!.no) + 1);
        await expect.poll(anchors, { timeout: 10_000 }).toEqual([note, note]);
        expect((await stored(`checkpoints-${format}`))?.rowsTotal).toBe(before);
      } finally {
        await owner.end();
      }
    },
  );

  it('appends to a file of its own account, ends a line that a crash cut off, and goes on when the file was rotated away', async () => {
    const path = join(folder, 'audit.ndjson');
    await writeFile(path, '{"id":"cut o');
    anExport(aSink({ name: 'file', kind: 'file', path, format: 'ocsf' }));
    await caughtUp('file');
    const lines = (await readFile(path, 'utf8')).split('\n');
    expect(lines[0]).toBe('{"id":"cut o');
    expect(lines.at(-1)).toBe('');
    for (const line of lines.slice(1, -1)) expect(JSON.parse(line)).toMatchObject({ class_uid: 6003 });
    await rm(path);
    const [id = ''] = await rows(1);
    await caughtUp('file');
    expect(await readFile(path, 'utf8')).toContain(id);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  it('is red for a file that cannot be written, and for a credential that others can read, without telling it', async () => {
    const open = join(folder, 'open');
    await writeFile(open, CREDENTIAL);
    await chmod(open, 0o644);
    const running = anExport(
      aSink({ name: 'nowhere', kind: 'file', path: join(folder, 'no/such/folder') }),
      aSink({ name: 'loose', kind: 'datadog', url: 'http://127.0.0.1:9/', credentialFile: open }),
    );
    await rows(1);
    await expect
      .poll(() => running.status().map(({ lastProblem }) => lastProblem))
      .toEqual(['cannot be written to: ENOENT', 'the credential cannot be read']);
    expect(JSON.stringify([warnings, await stored('loose')])).not.toContain(CREDENTIAL);
  });

  it('runs in one process at a time for each sink; another takes over where it ended', async () => {
    const collector = await aCollector('datadog');
    onTestFinished(() => collector.stop());
    const config = aSink({
      name: 'shared',
      kind: 'datadog',
      url: collector.url,
      credentialFile: credentialFile(),
    });
    const first = anExport(config);
    await caughtUp('shared');
    const second = anExport(config);
    await expect.poll(() => second.status()[0]?.state, { timeout: 10_000 }).toBe('standby');
    const taken = collector.ids.length;
    await first.stop();
    const [id = ''] = await rows(1);
    await expect.poll(() => collector.ids.includes(id), { timeout: 10_000 }).toBe(true);
    expect(collector.ids.length).toBe(taken + 1);
  });

  it('says how many rows were gone before they could be sent', async () => {
    const ids = await rows(3);
    const owner = new pg.Client(database.clientConfig('owner'));
    await owner.connect();
    try {
      await owner.query('set session_replication_role = replica');
      await owner.query('delete from audit_log where id = $1', [ids[1]]);
    } finally {
      await owner.end();
    }
    anExport(aSink({ name: 'late', kind: 'file', path: join(folder, 'late.ndjson') }));
    await caughtUp('late');
    expect(await stored('late')).toMatchObject({ missingTotal: 1 });
  });
});
