import { createHmac, timingSafeEqual } from 'node:crypto';

/** Follows from the cookie: nothing is stored, and who cannot read the cookie cannot make it. */
export function csrfTokenOf(cookie: string): string {
  return createHmac('sha256', cookie).update('gatehouse csrf token').digest('base64url');
}

/** In constant time. */
export function isCsrfToken(given: string | undefined, expected: string): boolean {
  if (given === undefined) return false;
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
