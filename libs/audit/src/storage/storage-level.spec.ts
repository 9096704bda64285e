import { describe, expect, it } from 'vitest';
import { RESERVED_BYTES, storageLevel, storageShare } from './storage-level.ts';

const GIB = 1024 ** 3;

describe('the share of its space that the database uses', () => {
  it.each([
    ['nothing is known of space', { databaseBytes: 5 * GIB, budgetBytes: null, freeBytes: null }, 0],
    ['half the budget', { databaseBytes: 5 * GIB, budgetBytes: 10 * GIB, freeBytes: null }, 0.5],
    [
      'the disk is tighter than the budget',
      { databaseBytes: 5 * GIB, budgetBytes: 100 * GIB, freeBytes: 5 * GIB + RESERVED_BYTES },
      0.5,
    ],
    [
      'the budget is tighter than the disk',
      { databaseBytes: 5 * GIB, budgetBytes: 5 * GIB, freeBytes: 500 * GIB },
      1,
    ],
    [
      'a small database on a disk that others have filled',
      { databaseBytes: GIB / 100, budgetBytes: null, freeBytes: RESERVED_BYTES },
      1,
    ],
  ])('%s', (_name, use, share) => {
    expect(storageShare(use)).toBeCloseTo(share, 5);
  });
});

describe('the steps of the disk budget', () => {
  it.each([
    [0, 'ok'],
    [0.8499, 'ok'],
    [0.85, 'warn'],
    [0.9199, 'warn'],
    [0.92, 'contentless'],
    [0.9699, 'contentless'],
    [0.97, 'full'],
    [1.5, 'full'],
  ] as const)('at %f: %s', (share, level) => {
    expect(storageLevel(share)).toBe(level);
  });
});
