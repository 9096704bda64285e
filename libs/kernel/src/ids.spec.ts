import { expect, it } from 'vitest';
import { newId, newTraceId, uuidText } from './ids.ts';

it('new ids are UUIDv7, distinct, and their time never goes back', () => {
  const ids = Array.from({ length: 2000 }, () => newId());
  expect(new Set(ids).size).toBe(2000);
  expect(
    ids.every((id) => /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(id)),
  ).toBe(true);
  const times = ids.map((id) => id.slice(0, 13));
  expect(times).toEqual([...times].sort());
});

it('new trace ids are UUIDv7 without hyphens, and no two are the same', () => {
  const ids = Array.from({ length: 2000 }, () => newTraceId());
  expect(new Set(ids).size).toBe(2000);
  expect(ids.every((id) => /^[0-9a-f]{12}7[0-9a-f]{3}[89ab][0-9a-f]{15}$/.test(id))).toBe(true);
});

it('an id carries the time it was made at', () => {
  const before = Date.now();
  const ms = Number.parseInt(newId().replaceAll('-', '').slice(0, 12), 16);
  expect(ms).toBeGreaterThanOrEqual(before);
});

it('writes sixteen bytes as a UUID, wherever they stand', () => {
  const bytes = Buffer.from('ff00112233445566778899aabbccddeeff01', 'hex');
  expect(uuidText(bytes, 1)).toBe('00112233-4455-6677-8899-aabbccddeeff');
  expect(uuidText(bytes, 2)).toBe('11223344-5566-7788-99aa-bbccddeeff01');
});
