const FIRST_MS = 500;
const LONGEST_MS = 60_000;

/**
 * How long to wait before the next try: twice as long each time up to a minute, of which a random half is taken off so
 * that many senders do not come back together, and never less than the other side asked for.
 */
export function backoffMs(failures: number, askedForMs: number, random: () => number = Math.random): number {
  const full = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(failures, 20));
  return Math.max(askedForMs, full / 2 + (full / 2) * random());
}
