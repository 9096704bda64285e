import { expect, it } from 'vitest';
import { pointInTime } from './point-in-time.ts';

const NOW = Date.parse('2026-11-22T12:00:00Z');

it.each([
  ['90s', '2026-11-22T11:58:30.000Z'],
  ['30m', '2026-11-22T11:30:00.000Z'],
  ['24h', '2026-11-21T12:00:00.000Z'],
  ['7d', '2026-11-15T12:00:00.000Z'],
  ['2026-11-20', '2026-11-20T00:00:00.000Z'],
  ['2026-11-20T10:30', '2026-11-20T10:30:00.000Z'],
  ['2026-11-20T10:30:15.5Z', '2026-11-20T10:30:15.500Z'],
  ['2026-11-20T10:30:00+02:00', '2026-11-20T08:30:00.000Z'],
])('reads %s as %s', (text, at) => {
  expect(pointInTime(text, 'start', NOW).toISOString()).toBe(at);
});

it('ends a day at its last moment', () => {
  expect(pointInTime('2026-11-20', 'end', NOW).toISOString()).toBe('2026-11-20T23:59:59.999Z');
});

it.each(['', 'yesterday', '5', '5w', '2026-13-01', '2026-02-31', '2026-11-20T25:00', '-5m'])(
  'refuses %j',
  (text) => {
    expect(() => pointInTime(text, 'start', NOW)).toThrow('a time is');
  },
);
