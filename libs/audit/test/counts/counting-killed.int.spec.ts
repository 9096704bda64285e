import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bundleChild } from '../children/bundle-child.ts';
import { aCountedLog, type CountedLog, SIGHTS, writeRows } from './a-counted-log.ts';

const KILLS = 5;
const ROWS = 6000;
const DAY_MS = 86_400_000;

let program: string;
let counted: CountedLog;
const children: ChildProcess[] = [];

beforeAll(async () => {
  program = await bundleChild('count-calls');
  counted = await aCountedLog(2);
});
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await counted.drop();
  await rm(program, { force: true });
});

function startCounting(): ChildProcess {
  const child = spawn(process.execPath, [program], { stdio: ['pipe', 'inherit', 'inherit'] });
  child.stdin!.end(JSON.stringify(counted.database.clientConfig('server')));
  children.push(child);
  return child;
}

/** Rows of the last ten days, by writers of their own. */
function write(rows: number, seed: number): Promise<void> {
  const toMs = Date.now();
  return writeRows(counted, { rows, fromMs: toMs - 10 * DAY_MS, toMs, seed });
}

async function summedSeals(): Promise<number> {
  const { rows } = await counted.owner.query<{ n: number }>(
    'select coalesce(sum(seq), 0)::int as n from audit_counted_seals',
  );
  return rows[0]!.n;
}

async function expectSame(): Promise<void> {
  for (const visibility of SIGHTS) {
    const { answered, counted: rows } = await counted.both(new Date(Date.now() - 12 * DAY_MS), visibility);
    expect(answered).toEqual(rows);
  }
}

it('sums each call once, by two processes at a time of which one after the other is killed, while rows come', async () => {
  let asking = true;
  const writing = write(ROWS, 1);
  const questions = (async () => {
    while (asking) await expectSame();
  })();
  for (let kill = 0; kill < KILLS; kill += 1) {
    const before = await summedSeals();
    const pair = [startCounting(), startCounting()];
    // Either has done something by now; whether a step is under way is up to chance.
    await expect.poll(summedSeals, { timeout: 20_000, interval: 3 }).toBeGreaterThan(before);
    for (const child of pair) {
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    }
    await write(200, kill + 2);
  }
  await writing;
  asking = false;
  await questions;
  const workers = [counted.counting({ rowsOfAStep: 20 }), counted.counting({ rowsOfAStep: 30 })];
  const all = async () =>
    (await counted.owner.query<{ n: number }>('select count(*)::int as n from audit_seals')).rows[0]!.n;
  for (const worker of workers) worker.start();
  await expect.poll(summedSeals, { timeout: 60_000 }).toBe(await all());
  await Promise.all(workers.map((worker) => worker.stop()));
  await expectSame();
}, 120_000);
