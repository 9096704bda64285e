import { describe, expect, it } from 'vitest';
import { pathOf } from './path.ts';

describe('pathOf', () => {
  it.each<[readonly (string | number)[], boolean, string]>([
    [[], false, '$'],
    [['a', 'b', 0], false, '$.a.b[0]'],
    [['odd key', 'x"y'], false, '$["odd key"]["x\\"y"]'],
    [['a', 'b'], true, '$.a.b~key'],
    [['\u001b[31m'], false, '$["\\u001b[31m"]'],
  ])('writes %j', (segments, ofKey, path) => {
    expect(pathOf(segments, ofKey)).toBe(path);
  });

  it('stays short, whatever the keys', () => {
    const segments = Array.from({ length: 100 }, () => '\ud83d\ude00'.repeat(5000));
    expect(pathOf(segments, true).length).toBeLessThan(4000);
    expect(pathOf(segments, true).isWellFormed()).toBe(true);
  });
});
