import { setTimeout as wait } from 'node:timers/promises';
import type { LogFilter, LogReader, LogRow } from '@gatehouse/audit';

const AT_ONCE = 1000;
/** A line is stored a moment after it was said, and not in the order of its time: so long is looked back. */
const LOOK_BACK_MS = 5000;

/** The last `tail` lines, then every line that comes, until `signal` fires. */
export async function* followLogs(
  reader: LogReader,
  filter: Omit<LogFilter, 'limit'>,
  options: { readonly tail: number; readonly intervalMs: number; readonly signal: AbortSignal },
): AsyncGenerator<LogRow> {
  const startedMs = Date.now();
  const { rows } = await reader.list({ ...filter, limit: Math.max(1, options.tail) });
  const shown = new Set<string>();
  for (const row of options.tail === 0 ? [] : rows.toReversed()) {
    shown.add(row.id);
    yield row;
  }
  // What is not among the last lines is not shown later either: it was there before.
  const before = options.tail === 0 ? rows : [];
  for (const { id } of before) shown.add(id);
  while (!options.signal.aborted) {
    const sinceMs = Math.max(startedMs, Date.now() - LOOK_BACK_MS);
    const found = await reader.after(firstIdAt(sinceMs), { ...filter, limit: AT_ONCE });
    for (const row of found) {
      if (shown.has(row.id)) continue;
      shown.add(row.id);
      yield row;
    }
    for (const id of shown) if (id < firstIdAt(Date.now() - 2 * LOOK_BACK_MS)) shown.delete(id);
    await wait(options.intervalMs, undefined, { signal: options.signal }).catch(() => undefined);
  }
}

/** The smallest id of a moment. */
function firstIdAt(ms: number): string {
  const time = ms.toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-0000-0000-000000000000`;
}
