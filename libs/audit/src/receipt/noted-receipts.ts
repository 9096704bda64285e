import { AsyncLocalStorage } from 'node:async_hooks';
import type { CommittedRow } from './row-receipt.ts';

const noting = new AsyncLocalStorage<CommittedRow[]>();

/** Does the work; every row that is committed for it, however deep below, is added to `rows`. */
export function notingRows<T>(rows: CommittedRow[], work: () => T): T {
  return noting.run(rows, work);
}

/** Where the rows of the work that runs now are noted; undefined where nobody wants to know. */
export function rowsNoted(): CommittedRow[] | undefined {
  return noting.getStore();
}
