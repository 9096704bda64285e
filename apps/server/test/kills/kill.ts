import { setTimeout as pause } from 'node:timers/promises';
import type { Callers } from './callers.ts';
import type { ServerToKill } from './server-to-kill.ts';

/** Of five kills one comes while the server starts, the others while it takes calls. */
const STARTING = 5;

export interface KillOptions {
  readonly times: number;
  /** Called whenever a call was allowed again behind one: behind the kill of a server that starts there is none. */
  readonly after?: () => Promise<void>;
  /** Between 0 and 1. */
  readonly random?: () => number;
}

/** Kills the server so many times, each at a random moment, and starts it again. Nobody helps it. */
export async function killServer(
  server: ServerToKill,
  callers: Callers,
  { times, after = async () => undefined, random = Math.random }: KillOptions,
): Promise<void> {
  for (let i = 1; i <= times; i += 1) {
    if (i % STARTING !== 0) {
      await server.ready();
      await callers.nextAllow();
      if (i > 1) await after();
      await pause(random() * 800);
    } else await pause(random() * 1500);
    await server.kill();
    server.start();
  }
  await server.ready();
  await callers.nextAllow();
  await after();
}

/** The same to PostgreSQL. Returns how long it took each time until a call was allowed again. */
export async function killDatabase(
  server: ServerToKill,
  callers: Callers,
  { times, after = async () => undefined, random = Math.random }: KillOptions,
): Promise<number[]> {
  const outagesMs: number[] = [];
  for (let i = 1; i <= times; i += 1) {
    await callers.nextAllow();
    await pause(random() * 800);
    await server.killDatabase();
    const killedAt = performance.now();
    // The first answers may still be of before.
    await pause(50);
    await callers.nextAllow();
    outagesMs.push(performance.now() - killedAt);
    await after();
  }
  return outagesMs;
}
