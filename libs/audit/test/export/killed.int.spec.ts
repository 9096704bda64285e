import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AuditLog, AuditReader, ReaderSight, SightedReads, storedSinks } from '@gatehouse/audit';
import { createTestDatabase, type TestDatabase } from '@gatehouse/database';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { anEntry, scanner } from '../an-entry.ts';
import { bundleChild } from '../children/bundle-child.ts';
import { aCollector, aSink, type Collector, CREDENTIAL } from './a-collector.ts';

const KILLS = 6;
/** Written at once: before the exporter starts, and again while it sends. */
const ROWS = 40;

let database: TestDatabase;
let log: AuditLog;
let pool: pg.Pool;
let program: string;
let folder: string;
let collector: Collector;
let child: ChildProcess | undefined;
/** What every exporter wrote to standard output. */
const printed: Buffer[] = [];

beforeAll(async () => {
  program = await bundleChild('export-rows');
  database = await createTestDatabase();
  log = new AuditLog({
    config: database.clientConfig('server'),
    kind: 'server',
    scanner,
    warn: () => undefined,
  });
  await log.start();
  pool = new pg.Pool({ ...database.clientConfig('server'), max: 2 });
  pool.on('error', () => undefined);
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-export-'));
  await writeFile(join(folder, 'credential'), CREDENTIAL, { mode: 0o600 });
  collector = await aCollector('splunk_hec');
});
afterAll(async () => {
  child?.kill('SIGKILL');
  await collector.stop();
  await log.stop();
  await pool.end();
  await database.drop();
  await rm(folder, { recursive: true, force: true });
  await rm(program, { force: true });
});

async function startExporter(): Promise<ChildProcess> {
  const started = spawn(process.execPath, [program], { stdio: ['pipe', 'pipe', 'inherit'] });
  started.stdout.on('data', (bytes: Buffer) => printed.push(bytes));
  started.stdin.end(
    JSON.stringify({
      server: database.clientConfig('server'),
      reader: database.clientConfig('reader'),
      sinks: [
        aSink({
          name: 'hec',
          kind: 'splunk_hec',
          url: collector.url,
          credentialFile: join(folder, 'credential'),
          batchRows: 20,
        }),
        aSink({ name: 'file', kind: 'file', path: join(folder, 'rows.ndjson'), batchRows: 20 }),
        aSink({ name: 'out', kind: 'stdout', batchRows: 20 }),
      ],
    }),
  );
  await once(started.stdout, 'data');
  return started;
}

it('loses no row when the exporter is killed at any moment and the other side goes away in between', async () => {
  const ids: string[] = [];
  const write = async () => {
    const receipts = await Promise.all(Array.from({ length: ROWS }, () => log.record(anEntry())));
    ids.push(...receipts.map(({ id }) => id));
  };
  collector.delayMs = 5;
  for (let kill = 0; kill < KILLS; kill += 1) {
    const writing = write();
    child = await startExporter();
    const reached = collector.ids.length + 1 + Math.floor(Math.random() * (ROWS / 2));
    const meanwhile = write();
    if (kill % 3 === 2) await collector.stop();
    else
      await expect
        .poll(() => collector.ids.length, { timeout: 10_000, interval: 3 })
        .toBeGreaterThanOrEqual(reached);
    child.kill('SIGKILL');
    await once(child, 'exit');
    if (kill % 3 === 2) await collector.restart();
    await Promise.all([writing, meanwhile]);
  }
  collector.delayMs = 0;
  child = await startExporter();
  const reader = new AuditReader(new SightedReads(pool, new ReaderSight(database)));
  const heads = await reader.heads();
  const behind = async () => (await storedSinks(pool, heads)).map(({ sealsBehind }) => sealsBehind);
  await expect.poll(behind, { timeout: 20_000 }).toEqual([0, 0, 0]);
  expect(ids.length).toBeGreaterThan(200);
  const atCollector = new Set(collector.ids);
  expect(ids.filter((id) => !atCollector.has(id))).toEqual([]);
  // A line that the kill cut off stands there in part; the row came again, whole.
  const wholeIn = (text: string) =>
    new Set(text.split('\n').map((line) => /\{"id":"([0-9a-f-]{36})".*\}$/.exec(line)?.[1]));
  const inFile = wholeIn(await readFile(join(folder, 'rows.ndjson'), 'utf8'));
  expect(ids.filter((id) => !inFile.has(id))).toEqual([]);
  const missing = () => {
    const inOutput = wholeIn(Buffer.concat(printed).toString());
    return ids.filter((id) => !inOutput.has(id));
  };
  await expect.poll(missing).toEqual([]);
}, 90_000);
