import type { ExportPlace } from './export-place.ts';
import { asSinkFailure, type ExportEvent, type Sink, type SinkFailure } from './sinks/sink.ts';

export interface DeliveryOptions {
  readonly sink: Sink;
  readonly place: ExportPlace;
  /** Notes the failure and waits; `refusedId`: the event that alone is refused for good. */
  readonly failed: (failure: SinkFailure, refusedId: string | null) => Promise<void>;
  readonly stopped: () => boolean;
}

/** How much of a batch was taken. */
export interface Delivered {
  readonly done: boolean;
  /** Left out because an operator wanted it so. */
  readonly skipped: number;
}

/**
 * Sends the events until all are taken; not `done` when the run ends or the claim is lost before that. What is refused
 * for good, or is too much at once, is sent in halves until the one event stands alone that the other side does not
 * take: that one waits until it is taken, or until an operator has the sink go on without it.
 */
export async function deliver(
  events: readonly ExportEvent[],
  { sink, place, failed, stopped }: DeliveryOptions,
): Promise<Delivered> {
  const parts: (readonly ExportEvent[])[] = events.length === 0 ? [] : [events];
  let skipped = 0;
  while (parts.length > 0) {
    if (stopped() || place.lost) return { done: false, skipped };
    const part = parts[0]!;
    try {
      await sink.send(part);
      parts.shift();
      continue;
    } catch (error) {
      const failure = asSinkFailure(error);
      const left = part.filter((_, index) => !failure.taken.has(index));
      const divides = failure.problem === 'EXPORT_TOO_LARGE' || failure.problem === 'EXPORT_REJECTED';
      if (divides && left.length > 1) {
        parts.splice(0, 1, ...halved(left));
        continue;
      }
      parts.splice(0, 1, left);
      await failed(failure, divides ? left[0]!.id : null);
    }
    if (parts[0]!.length === 1 && (await place.takeSkip(parts[0]![0]!.id))) {
      parts.shift();
      skipped += 1;
    }
  }
  return { done: true, skipped };
}

function halved<T>(items: readonly T[]): (readonly T[])[] {
  const middle = Math.ceil(items.length / 2);
  return [items.slice(0, middle), items.slice(middle)];
}
