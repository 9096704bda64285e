import { expect, it } from 'vitest';
import { isRotationDue, type KeyRing, publishedUntil, signingAt, stillPublished } from './key-schedule.ts';

const MINUTE = 60 * 1000;
const DAY = 24 * 60 * MINUTE;
const key = (kid: string, day: number) => ({ createdAt: day * DAY, jwk: { kty: 'RSA', kid } });
const RING = [key('new', 60), key('old', 30), key('older', 1)];
const kidsOf = (ring: KeyRing) => ring.map(({ jwk }) => jwk.kid);

it.each([
  [[], 0, true],
  [RING, 60, false],
  [RING, 89.99, false],
  [RING, 90, true],
])('%# a rotation is due when the newest key is thirty days old, or there is none', (ring, day, due) => {
  expect(isRotationDue(ring, day * DAY)).toBe(due);
});

it.each([
  [RING, 60 * DAY, 'old'],
  [RING, 60 * DAY + 15 * MINUTE - 1, 'old'],
  [RING, 60 * DAY + 15 * MINUTE, 'new'],
  [[key('only', 60)], 60 * DAY, 'only'],
  [[key('third', 60.002), key('second', 60.001), key('first', 60)], 60.003 * DAY, 'first'],
])('%# a key signs when it has been published for a quarter of an hour', (ring, at, kid) => {
  expect(ring[signingAt(ring, at)]?.jwk.kid).toBe(kid);
});

it.each([
  [60 * DAY, ['new', 'old']],
  [62 * DAY + 15 * MINUTE - 1, ['new', 'old']],
  [62 * DAY + 15 * MINUTE, ['new']],
  [400 * DAY, ['new']],
])('at %s are published: %j', (at, kids) => {
  expect(kidsOf(stillPublished(RING, at))).toEqual(kids);
});

it('says until when each is published', () => {
  const until = RING.map((_key, at) => publishedUntil(RING, at));
  expect(until).toEqual([null, 62 * DAY + 15 * MINUTE, 32 * DAY + 15 * MINUTE]);
});
