import type { LogStore } from '../src/index.ts';
import { SeededRandom } from './seeded-random.ts';

const DAY_MS = 86_400_000;
const MODULES = ['http', 'audit', 'policy', 'mcp', 'identity', 'storage', 'export', 'oauth'];
const SAID = [
  'request completed',
  'a child answered',
  'a session was opened',
  'the policy was read',
  'a checkpoint was written',
  'a client went away',
];
export const RARE_TEXT = 'disk budget exceeded';

/** Puts lines into `logs` with the product's own store, spread over the days that each level is kept. */
export async function makeLines(
  store: LogStore,
  lines: number,
  days: number,
  told: (made: number) => void,
): Promise<void> {
  const random = new SeededRandom(2);
  const toMs = Date.now();
  const step = (days * DAY_MS) / lines;
  for (let i = 0; i < lines; i += 1) {
    const level = random.chance(0.02) ? 50 : random.chance(0.05) ? 40 : random.chance(0.2) ? 20 : 30;
    const msg = i % 100_000 === 77 ? RARE_TEXT : `${random.skewed(SAID)} in ${random.below(900)} ms`;
    store.push(
      `${JSON.stringify({
        level,
        time: Math.floor(toMs - (lines - i) * step),
        context: random.skewed(MODULES),
        msg,
        ...(random.chance(0.4) ? { trace_id: random.hex(32) } : {}),
        path: `/api/v1/${random.hex(4)}`,
        status: 200,
      })}\n`,
    );
    if (i % 5000 === 4999) {
      await store.flush();
      if (i % 250_000 === 249_999) told(i + 1);
    }
  }
  await store.flush();
}
