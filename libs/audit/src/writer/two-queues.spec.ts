import { describe, expect, it } from 'vitest';
import type { PendingRow } from './pending-row.ts';
import { TwoQueues } from './two-queues.ts';

function aRow(userId: string, bytes = 1000): PendingRow {
  return {
    row: { bytes },
    entry: { context: { userId, sessionId: userId === 'anonymous' ? 'none' : 's1' } },
    state: 'waiting',
    taken: false,
  } as never as PendingRow;
}

const fill = (queues: TwoQueues, userId: string, n: number) =>
  Array.from({ length: n }, () => queues.push(aRow(userId))).filter(Boolean).length;
const owners = (rows: readonly PendingRow[]) => ({
  maya: rows.filter(({ entry }) => entry.context.userId === 'maya').length,
  anonymous: rows.filter(({ entry }) => entry.context.userId === 'anonymous').length,
});

describe('rows of callers without a valid credential', () => {
  it('wait in a line of their own, which is short', () => {
    const queues = new TwoQueues();
    expect(fill(queues, 'anonymous', 20_000)).toBe(4194);
    expect(fill(queues, 'maya', 20_000)).toBe(20_000);
  });

  it('take a small share of a batch that others wait for', () => {
    const queues = new TwoQueues();
    fill(queues, 'anonymous', 1000);
    fill(queues, 'maya', 1000);
    expect(owners(queues.take())).toEqual({ maya: 492, anonymous: 8 });
  });

  it('are written alone when nobody else waits, in small batches', () => {
    const queues = new TwoQueues();
    fill(queues, 'anonymous', 100);
    expect(owners(queues.take())).toEqual({ maya: 0, anonymous: 64 });
  });

  it('come back to their own line', () => {
    const queues = new TwoQueues();
    fill(queues, 'maya', 2);
    fill(queues, 'anonymous', 2);
    const rows = queues.take();
    queues.putBack(rows);
    expect(queues.size).toBe(4);
    fill(queues, 'maya', 1000);
    expect(owners(queues.take())).toEqual({ maya: 492, anonymous: 2 });
  });
});
