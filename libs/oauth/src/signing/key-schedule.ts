import type { StoredSigningKey } from './signing-key-file.ts';

const MINUTE_MS = 60 * 1000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** A key is published for so long before it signs: clients keep the keys that they fetched for some minutes. */
export const AHEAD_MS = 15 * MINUTE_MS;
/** A new key is made when the newest is so old. */
export const RENEWED_MS = 30 * DAY_MS;
/** A key that signs no more is published for so long: an ID token is good for an hour, and caches for longer. */
export const PUBLISHED_MS = 2 * DAY_MS;

/** Keys newest first. */
export type KeyRing = readonly StoredSigningKey[];

export function isRotationDue([newest]: KeyRing, nowMs: number): boolean {
  return newest === undefined || nowMs - newest.createdAt >= RENEWED_MS;
}

/** Where in the ring the one that signs is: the newest that has been published long enough; where none has, the oldest. */
export function signingAt(keys: KeyRing, nowMs: number): number {
  const found = keys.findIndex(({ createdAt }) => nowMs - createdAt >= AHEAD_MS);
  return found === -1 ? keys.length - 1 : found;
}

/** Without those that nothing good was signed with any more. */
export function stillPublished(keys: KeyRing, nowMs: number): KeyRing {
  return keys.filter((_key, at) => nowMs < (publishedUntil(keys, at) ?? Number.POSITIVE_INFINITY));
}

/** When a key is published no longer; null for the newest one, which nothing has taken the place of. */
export function publishedUntil(keys: KeyRing, at: number): number | null {
  const successor = keys[at - 1];
  return successor === undefined ? null : successor.createdAt + AHEAD_MS + PUBLISHED_MS;
}
