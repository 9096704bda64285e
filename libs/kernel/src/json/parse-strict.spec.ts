import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseStrictJson } from './parse-strict.ts';

const bytes = (...values: number[]) => Uint8Array.from(values);

describe('parseStrictJson', () => {
  it.each([
    ['an object', '{"a":[1,"x",null,true,{"b":-0.5e3}]}'],
    ['text with colons and braces in strings', '{"a:b":"{\\"c\\":1}","d\\\\":"[["}'],
    ['a surrogate pair by escapes', '{"a":"\\ud83d\\ude00"}'],
    [
      'numbers that are written unlike but equal',
      '[1.0,-0,1e2,100000000000000000000,0.1,5e-324,1.7976931348623157e308]',
    ],
  ])('reads %s as the native parser does', (_name, text) => {
    expect(parseStrictJson(text)).toEqual({ ok: true, value: JSON.parse(text) });
  });

  it.each([
    ['bytes that are no UTF-8', bytes(0x22, 0xff, 0x22), 'invalid_utf8'],
    ['a byte order mark', bytes(0xef, 0xbb, 0xbf, 0x31), 'not_json'],
    ['text that is no JSON', '{"a":}', 'not_json'],
    ['an open string', '"abc', 'not_json'],
    ['nothing', '', 'not_json'],
    ['a duplicate key', '{"a":1,"a":2}', 'duplicate_key'],
    ['a duplicate key spelt with an escape', '{"a":1,"\\u0061":2}', 'duplicate_key'],
    ['a duplicate key deep inside', '[{"x":{"b":1,"c":[],"b":1}}]', 'duplicate_key'],
    ['a prototype key', '{"__proto__":{"admin":true}}', 'prototype_key'],
    ['a prototype key spelt with an escape', '{"\\u005f_proto__":1}', 'prototype_key'],
    ['a lone surrogate in a value', '{"a":"\\ud800"}', 'lone_surrogate'],
    ['a lone surrogate in a key', '{"\\udc00":1}', 'lone_surrogate'],
    ['an integer beyond a double', '{"id":12345678901234567890}', 'number_not_exact'],
    ['a number that overflows', '[1e400]', 'number_not_exact'],
    ['a number that underflows', '[1e-400]', 'number_not_exact'],
    ['too many digits', '[0.12345678901234567891]', 'number_not_exact'],
    ['101 levels', '['.repeat(101) + ']'.repeat(101), 'too_deep'],
    ['10,000 levels', '{"a":'.repeat(10_000), 'too_deep'],
  ])('refuses %s', (_name, source, problem) => {
    expect(parseStrictJson(source)).toEqual({ ok: false, problem });
  });

  it('takes 100 levels', () => {
    expect(parseStrictJson('['.repeat(100) + ']'.repeat(100)).ok).toBe(true);
  });

  it('freezes what it returns, all the way down', () => {
    const parsed = parseStrictJson('{"a":{"b":[{}]}}');
    if (!parsed.ok) throw new Error(parsed.problem);
    const value = parsed.value as { a: { b: object[] } };
    expect([value, value.a, value.a.b, value.a.b[0]].every(Object.isFrozen)).toBe(true);
  });

  it('agrees with the native parser on everything that JSON.stringify writes', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 8 }), (text) => {
        const parsed = parseStrictJson(text);
        if (parsed.ok) expect(parsed.value).toEqual(JSON.parse(text));
        else expect(['prototype_key', 'lone_surrogate']).toContain(parsed.problem);
      }),
    );
  });

  it('never throws, whatever the bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (source) => void parseStrictJson(source)));
  });
});
