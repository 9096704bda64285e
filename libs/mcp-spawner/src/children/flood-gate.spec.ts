import { expect, it } from 'vitest';
import { FloodGate } from './flood-gate.ts';

const LIMITS = { lines: 3, bytes: 100 };

it.each([
  ['as many lines as allowed', [1, 1, 1], 0],
  ['one line more', [1, 1, 1, 1], 600],
  ['as many bytes as allowed', [60, 40], 0],
  ['one byte more', [60, 41], 600],
])('after %s', (_name, lines, pauseMs) => {
  const gate = new FloodGate(LIMITS, () => 1_400);
  const late = new FloodGate(LIMITS, () => now);
  let now = 1_000;
  late.count(lines[0]!);
  now = 1_400;
  for (const bytes of lines.slice(1)) late.count(bytes);
  expect(late.pauseMs()).toBe(pauseMs);
  expect(gate.pauseMs()).toBe(0);
});

it('starts anew with the next second', () => {
  let now = 0;
  const gate = new FloodGate(LIMITS, () => now);
  now = 5_000;
  for (let i = 0; i < 4; i += 1) gate.count(1);
  expect(gate.pauseMs()).toBe(1_000);
  now = 6_000;
  gate.count(1);
  expect(gate.pauseMs()).toBe(0);
});
