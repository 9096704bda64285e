/** The three steps of the disk budget (threat T6), and before the first. */
export type StorageLevel = 'ok' | 'warn' | 'contentless' | 'full';

/** What a database uses, and what it could use. Bytes. */
export interface StorageUse {
  readonly databaseBytes: number;
  /** The operator's own bound; null where there is none. */
  readonly budgetBytes: number | null;
  /** What the file system of an embedded PostgreSQL still has; null where the disk is not ours to see. */
  readonly freeBytes: number | null;
}

const WARN_AT = 0.85;
const CONTENTLESS_AT = 0.92;
const FULL_AT = 0.97;

/** PostgreSQL needs room to write its log and to check point: a disk with less than this has nothing left for us. */
export const RESERVED_BYTES = 256 * 1024 * 1024;

/**
 * The share of its space that the database uses, 0 to 1 or more: of the operator's budget, and of what the disk
 * could give it (its size and what is free beyond a reserve), whichever is tighter. Without either, 0.
 */
export function storageShare({ databaseBytes, budgetBytes, freeBytes }: StorageUse): number {
  const ofBudget = budgetBytes === null ? 0 : databaseBytes / budgetBytes;
  if (freeBytes === null) return ofBudget;
  const free = Math.max(0, freeBytes - RESERVED_BYTES);
  return Math.max(ofBudget, databaseBytes / (databaseBytes + free));
}

export function storageLevel(share: number): StorageLevel {
  if (share >= FULL_AT) return 'full';
  if (share >= CONTENTLESS_AT) return 'contentless';
  return share >= WARN_AT ? 'warn' : 'ok';
}
