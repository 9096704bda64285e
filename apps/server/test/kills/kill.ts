import { setTimeout as pause } from 'node:timers/promises';
import type { Callers } from './callers.ts';
import type { ServerToKill } from './server-to-kill.ts';

/** Of five kills one comes while the server starts, the others while it takes calls. */
const STARTING = 5;

/**
 * Kills the server so many times, each at a random moment, and starts it again. Nobody helps it.
 * @param random between 0 and 1
 */
export async function killServer(
  server: ServerToKill,
  callers: Callers,
  times: number,
  random: () => number = Math.random,
): Promise<void> {
  for (let i = 1; i <= times; i += 1) {
    if (i % STARTING !== 0) {
      await server.ready();
      await callers.nextAllow();
      await pause(random() * 800);
    } else await pause(random() * 1500);
    await server.kill();
    server.start();
  }
  await server.ready();
  await callers.nextAllow();
}

/** The same to PostgreSQL. Returns how long it took each time until a call was allowed again. */
export async function killDatabase(
  server: ServerToKill,
  callers: Callers,
  times: number,
  random: () => number = Math.random,
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
  }
  return outagesMs;
}
