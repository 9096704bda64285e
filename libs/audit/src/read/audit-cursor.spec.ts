import { describe, expect, it } from 'vitest';
import { cursorText, readCursor } from './audit-cursor.ts';

const ONE = '0b6d2f54-3f56-4a5e-9a43-6f5f2c1d8e01';
const TWO = '0b6d2f54-3f56-4a5e-9a43-6f5f2c1d8e02';

describe('a cursor of the audit trail', () => {
  it.each([
    [[]],
    [[[ONE, 1n]]],
    [
      [
        [ONE, 35n],
        [TWO, 36n],
      ],
    ],
    [[[ONE, 999_999_999_999_999_999n]]],
  ] as [[string, bigint][]][])('comes back from its text: %s', (pairs) => {
    const cursor = new Map(pairs);
    expect(readCursor(cursorText(cursor))).toEqual(cursor);
    expect(cursorText(cursor)).toMatch(/^[\x21-\x7e]+$/);
  });

  it.each([
    '',
    ' ',
    ONE,
    `${ONE}.`,
    `${ONE}.0`,
    `${ONE}.-1`,
    `${ONE}.1~`,
    `${ONE}.1~${ONE}.2`,
    `${ONE}.zzzzzzzzzzzzz`,
    `${ONE}.zzzzzzzzzzzz`,
    `${ONE}.1'; drop table audit_log --`,
    `${ONE.toUpperCase()}.1`,
    Array.from({ length: 501 }, () => `${ONE}.1`).join('~'),
    '~'.repeat(100_000),
  ])('is refused as %.60s', (text) => {
    expect(readCursor(text)).toBeNull();
  });
});
