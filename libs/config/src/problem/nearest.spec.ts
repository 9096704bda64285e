import { expect, it } from 'vitest';
import { editDistance, nearest } from './nearest.ts';

const KEYS = ['command', 'args', 'isolation', 'timeout_ms', 'per_minute'];

it.each([
  ['comand', 'command'],
  ['commnad', 'command'],
  ['arg', 'args'],
  ['timeoutMs', 'timeout_ms'],
  ['timeout', 'timeout_ms'],
  ['PER-MINUTE', 'per_minute'],
  ['isolaton', 'isolation'],
  ['banana', undefined],
  ['x', undefined],
  ['c'.repeat(100_000), undefined],
])('%j was meant to be %j', (word, meant) => {
  expect(nearest(word, KEYS)).toBe(meant);
});

it.each([
  ['', 'abc', 3],
  ['kitten', 'sitting', 3],
  ['ab', 'ba', 1],
  ['same', 'same', 0],
])('from %j to %j it takes %i edits', (a, b, edits) => {
  expect(editDistance(a, b)).toBe(edits);
});
