import { setTimeout as wait } from 'node:timers/promises';
import type { JsonObject } from '@gatehouse/kernel';
import type { Operator } from '../session/operator.ts';
import { mcpServerLogs } from './server-status.ts';

const LOOK_MS = 1_000;

/** The last `tail` of a server's lines, then each that comes, until `signal` fires. */
export async function* followServerLogs(
  operator: Operator,
  server: string,
  { tail, signal }: { readonly tail: number; readonly signal: AbortSignal },
): AsyncGenerator<JsonObject> {
  let after = 0;
  let lines = (await mcpServerLogs(operator, server)).slice(-tail);
  for (;;) {
    for (const line of lines) {
      after = typeof line.seq === 'number' ? line.seq : after;
      yield line;
    }
    await wait(LOOK_MS, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return;
    lines = await newerThan(after, operator, server);
  }
}

/** A server that was started anew counts from 1 again: then all it has is new. */
async function newerThan(after: number, operator: Operator, server: string): Promise<JsonObject[]> {
  const lines = await mcpServerLogs(operator, server);
  const newest = lines.at(-1)?.seq;
  const isAnew = typeof newest === 'number' && newest < after;
  return isAnew ? lines : lines.filter(({ seq }) => typeof seq === 'number' && seq > after);
}
