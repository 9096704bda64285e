import { afterEach, expect, it, vi } from 'vitest';
import { DeadlineWatch, RECORD_DEADLINE_MS } from './deadline-watch.ts';
import type { PendingRow } from './pending-row.ts';

afterEach(() => vi.useRealTimers());

it('expires the rows that still wait when their time is over, and no others', () => {
  vi.useFakeTimers();
  const expired: PendingRow[] = [];
  const watch = new DeadlineWatch((row) => {
    row.state = 'expired';
    expired.push(row);
  });
  const [first, second, third] = [aRow(), aRow(), aRow()];
  for (const row of [first, second, third]) watch.add(row);
  second.state = 'settled';
  watch.release();
  vi.advanceTimersByTime(RECORD_DEADLINE_MS / 2);
  const late = aRow();
  watch.add(late);
  vi.advanceTimersByTime(RECORD_DEADLINE_MS / 2);
  expect(expired).toEqual([first, third]);
  late.state = 'settled';
  watch.release();
  vi.advanceTimersByTime(2 * RECORD_DEADLINE_MS);
  expect(expired).toEqual([first, third]);
  watch.add(aRow());
  vi.advanceTimersByTime(RECORD_DEADLINE_MS);
  expect(expired).toHaveLength(3);
  watch.stop();
});

function aRow(): PendingRow {
  return { ms: Date.now(), state: 'waiting' } as PendingRow;
}
