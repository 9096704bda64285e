import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Cage } from '../../src/cage/cage.service.ts';
import type { PooledChild } from '../../src/pool/pooled-child.ts';
import { aSecretStore, type TestSecrets } from '../a-secret-store.ts';
import { aConfiguration, anOwner, aServer, aStartedPool, type TestPool, until } from '../a-server.ts';
import { heldObjects, type LeftBehind, leftBehind, memory } from './left-behind.ts';

declare module 'vitest' {
  interface TaskMeta {
    figures?: object;
  }
}

/** `npm run soak 10 cycles` asks for a thousand. */
const CYCLES = Number(process.env.CYCLES ?? 12);
/** What the heap may have more at the end than after a third of it all. */
const HEAP_BYTES = 8 * 1024 * 1024;
/** Numbers of cycles that nobody counts. */
const WARM_UP = 1_000_000;
const SERVERS = ['with-secret', 'without'];

let folder: string;
let secrets: TestSecrets;
let running: TestPool;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cycles-'));
  secrets = await aSecretStore();
  await secrets.set('TOKEN', 'a value that only its tool may know');
  const configuration = aConfiguration(
    aServer({ name: 'with-secret', secrets: { LEAKED: 'TOKEN' } }),
    aServer({ name: 'without' }),
  );
  const { keyDir } = secrets;
  const installation = { ...configuration.installation, stateDir: folder, servicesDir: folder, keyDir };
  const caged = { ...configuration, installation };
  running = aStartedPool(caged, secrets.forServers, new Cage(caged));
});
afterAll(async () => {
  await running.pool.stop();
  await secrets.end();
  rmSync(folder, { recursive: true, force: true });
});

const call = (child: PooledChild, name: string) =>
  child.request({ method: 'tools/call', params: { name, arguments: {} } });

/** How a child comes to its end. */
const ENDS: readonly ((child: PooledChild) => Promise<unknown>)[] = [
  (child) => running.pool.end(child.server.name, child.owner.isolationKey),
  async (child) => process.kill(child.pid, 'SIGKILL'),
  async (child) => expect(await call(child, 'crash')).toMatchObject({ kind: 'died' }),
  async (child) => {
    const open = call(child, 'never_answer');
    process.kill(child.pid, 'SIGKILL');
    expect(await open).toMatchObject({ kind: 'died' });
  },
];

async function cycle(number: number): Promise<void> {
  // A caller of its own each time: one whose child failed twice has to wait.
  const owner = anOwner({ isolationKey: `session-${number}`, userId: `user-${number}` });
  const child = await running.pool.acquire(SERVERS[number % SERVERS.length]!, owner);
  expect((await call(child, 'print_env')).kind).toBe('result');
  // What it leaves in a session of its own goes with it too.
  if (number % 3 === 0) await call(child, 'fork_detached');
  await ENDS[(number >> 1) % ENDS.length]!(child);
  await until(() => child.isGone, 20_000);
}

const isNoMore = (now: LeftBehind, before: LeftBehind): boolean =>
  Object.entries(before).every(([what, count]) => now[what as keyof LeftBehind] <= count);

it('a child that was spawned, called and killed, however it ends, leaves no process, descriptor, folder, mount or memory', {
  timeout: 60_000 + CYCLES * 10_000,
}, async ({ task }) => {
  // What is made once and kept, such as a connection to the database, is there from here on.
  for (let number = 0; number < ENDS.length; number += 1) await cycle(WARM_UP + 2 * number);
  await until(() => SERVERS.every((name) => running.servers.find(name)?.children === 0), 20_000);
  await until(() => leftBehind().folders === 0, 20_000);
  const before = leftBehind();
  const used = [memory()];
  for (let number = 1; number <= CYCLES; number += 1) {
    await cycle(number);
    if (number % Math.ceil(CYCLES / 3) === 0 || number === CYCLES) used.push(memory());
  }
  await until(() => isNoMore(leftBehind(), before), 20_000).catch(() => undefined);
  const after = leftBehind();
  let objects = heldObjects();
  for (let look = 0; objects > 0 && look < 3; look += 1) objects = await nextTurn().then(heldObjects);
  task.meta.figures = { cycles: CYCLES, before, after, objects, memory: used };
  expect(isNoMore(after, before), JSON.stringify({ before, after })).toBe(true);
  expect(objects).toBe(0);
  expect(used.at(-1)!.heap - used[1]!.heap).toBeLessThan(HEAP_BYTES);
});
