import type { SealedRows } from '../read/audit-seals.queries.ts';
import type { ExportEvent } from './sinks/sink.ts';

/** What is sent at once, and how far a place may move when it was taken. */
export interface Batch {
  readonly events: readonly ExportEvent[];
  /** The seals all of whose rows are in this batch or in one before: the last of each chain. */
  readonly through: ReadonlyMap<string, bigint>;
  /** Rows of those seals that are no longer there. */
  readonly missing: number;
}

/** The rows of the seals, in their order, in batches of at most so many rows and bytes. A larger single row goes alone. */
export async function* batchesOf(
  seals: readonly SealedRows[],
  limits: { readonly batchRows: number; readonly batchBytes: number },
  eventsOf: (ids: readonly string[]) => Promise<readonly ExportEvent[]>,
): AsyncGenerator<Batch> {
  let events: ExportEvent[] = [];
  let bytes = 0;
  let missing = 0;
  let through = new Map<string, bigint>();
  const cut = (): Batch => {
    const batch = { events, through, missing };
    events = [];
    through = new Map();
    bytes = 0;
    missing = 0;
    return batch;
  };
  for (const { chain, seq, rowIds } of seals) {
    const found = await eventsOf(rowIds);
    for (const event of found) {
      const size = Buffer.byteLength(event.line);
      if (events.length > 0 && (events.length >= limits.batchRows || bytes + size > limits.batchBytes))
        yield cut();
      events.push(event);
      bytes += size;
    }
    missing += rowIds.length - found.length;
    through.set(chain, seq);
  }
  if (through.size > 0) yield cut();
}
