import type pg from 'pg';
import { append } from '../src/writer/append-statement.ts';
import { formBatch, sameMonth } from '../src/writer/batch.ts';
import { closeQuietly, type LaneConnection, openLane } from '../src/writer/lane-connection.ts';
import type { PendingRow } from '../src/writer/pending-row.ts';
import { BATCH_BYTES, BATCH_ROWS } from '../src/writer/row-queue.ts';
import { ScratchBuffer } from '../src/writer/scratch-buffer.ts';

const LANES = 2;
/** Stretches double from here: the first thousand rows are told too. */
const FIRST_STRETCH = 1000;

/** How fast rows went in while the table had so many. */
export interface WriteRate {
  /** Rows in the table at the end of the stretch. */
  readonly at: number;
  readonly rowsPerSecond: number;
  /** How long the database took for a row, in microseconds: the time of the statements by their rows. */
  readonly statementUs: number;
}

/**
 * Writes rows with the product's own lanes, batches, seals and statement, two batches in flight. What differs from a
 * server: the times are those of the rows, and a commit does not wait for the disk.
 */
export async function writeRows(
  config: pg.ClientConfig,
  rows: Iterator<PendingRow>,
  stretch: number,
  told: (rate: WriteRate) => void,
): Promise<void> {
  let written = 0;
  let begun = { at: 0, ms: performance.now(), statementMs: 0 };
  const tell = () => {
    const made = written - begun.at;
    told({
      at: written,
      rowsPerSecond: (made / (performance.now() - begun.ms)) * 1000,
      statementUs: (begun.statementMs / made) * 1000,
    });
    begun = { at: written, ms: performance.now(), statementMs: 0 };
  };
  const note = (count: number, statementMs: number) => {
    written += count;
    begun.statementMs += statementMs;
    if (written - begun.at >= Math.min(stretch, Math.max(FIRST_STRETCH, begun.at))) tell();
  };
  const lanes = [];
  for (let i = 0; i < LANES; i += 1) lanes.push(await openLane(config, 'server', null));
  try {
    await Promise.all(lanes.map((lane) => writeLane(lane, rows, { note })));
    if (written > begun.at) tell();
  } finally {
    await Promise.all(lanes.map(({ client }) => closeQuietly(client)));
  }
}

/** What one lane writes: until there are no more rows, or `most` of them. */
export async function writeLane(
  { client, chain, lane, head: first }: LaneConnection,
  rows: Iterator<PendingRow>,
  {
    most = () => BATCH_ROWS,
    note,
  }: { readonly most?: () => number; readonly note: (count: number, statementMs: number) => void },
): Promise<void> {
  await client.query('set synchronous_commit = off');
  const scratch = new ScratchBuffer();
  let head = first;
  for (let taken = take(rows, most()); taken.length > 0; taken = take(rows, most())) {
    for (let next = taken; next.length > 0; ) {
      const together = sameMonth(next, head.ms);
      const batch = formBatch(next.slice(0, together), head, lane, chain);
      const startedAt = performance.now();
      await append(client, scratch, chain, batch);
      note(together, performance.now() - startedAt);
      ({ head } = batch);
      next = next.slice(together);
    }
  }
}

function take(rows: Iterator<PendingRow>, most: number): PendingRow[] {
  const taken: PendingRow[] = [];
  let bytes = 0;
  while (taken.length < Math.min(BATCH_ROWS, most) && bytes < BATCH_BYTES / 2) {
    const { value, done } = rows.next();
    if (done === true) break;
    bytes += (value as PendingRow).row.bytes;
    taken.push(value as PendingRow);
  }
  return taken;
}
