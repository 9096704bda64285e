import { identityError } from './identity-error.ts';

/** A part of a list, newest first. `nextCursor` is null on the last part. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | null;
}

export interface PageRequest {
  readonly cursor?: string;
  /** 1 to 200; 50 where it is left out. */
  readonly limit?: number;
}

const CURSOR = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** What to ask the database for. @throws AppError `IDENTITY_CURSOR_INVALID` */
export function pageBounds({ cursor, limit = 50 }: PageRequest): { after: string | null; size: number } {
  if (cursor !== undefined && !CURSOR.test(cursor)) throw identityError('IDENTITY_CURSOR_INVALID');
  const size = Number.isSafeInteger(limit) ? Math.min(Math.max(limit, 1), 200) : 50;
  return { after: cursor ?? null, size };
}

/** `rows` holds one more than the page where there is a next one. Ids are time-ordered and serve as cursors. */
export function pageOf<T extends { readonly id: string }>(rows: readonly T[], size: number): Page<T> {
  const items = rows.slice(0, size);
  return { items, nextCursor: rows.length > size ? items.at(-1)!.id : null };
}
