import { describe, expect, it } from 'vitest';
import { screenJson } from './screen-json.ts';

const HOSTILE = [
  ['an ANSI escape', '\u001b[2J\u001b]0;owned\u0007'],
  ['a C1 control', '\u009b31m'],
  ['a right-to-left override', 'exe.\u202egpj'],
  ['an isolate', '\u2066admin\u2069'],
  ['a zero-width space', 'ad\u200bmin'],
  ['markup', '<img src=x onerror=alert(1)>&lt;'],
  ['a line separator', 'a\u2028b'],
  ['a byte order mark', '\ufeffa'],
  ['a tag character', 'a\u{e0041}b'],
  ['a delete', 'a\u007fb'],
] as const;

describe('JSON for a screen', () => {
  it.each(HOSTILE)('escapes %s, in a value and in a key, and loses nothing', (_what, text) => {
    const value = { [text]: [text, { inner: text }] };
    const json = screenJson(value);
    expect(JSON.parse(json)).toEqual(value);
    expect(json).toMatch(/^[\x20-\x7e]*$/);
    expect(json).not.toMatch(/[<>&]/);
  });

  it('leaves ordinary text of any language as it is', () => {
    const value = { name: 'Zoë 東京 Ёлка مرحبا 🙂', n: 1.5, list: [true, null] };
    expect(screenJson(value)).toBe(JSON.stringify(value));
  });
});
