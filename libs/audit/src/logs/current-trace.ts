import { AsyncLocalStorage } from 'node:async_hooks';
import type { TraceId } from '@gatehouse/kernel';

const tracing = new AsyncLocalStorage<TraceId>();

/** Does the work under a trace: log lines of it carry the id, and so do rows that nobody gives another one. */
export function inTrace<T>(traceId: TraceId, work: () => T): T {
  return tracing.run(traceId, work);
}

/** The trace of the work that runs now. */
export function currentTraceId(): TraceId | undefined {
  return tracing.getStore();
}
