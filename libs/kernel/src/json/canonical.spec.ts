import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from './canonical.ts';
import type { JsonValue } from './json-value.ts';

describe('canonicalJson', () => {
  it('sorts members by UTF-16 code units and writes numbers as RFC 8785 section 3.2.2.3 does', () => {
    const value = JSON.parse(
      '{"\\u20ac":"Euro Sign","\\r":"Carriage Return","\\ufb33":"Hebrew","1":"One","\\ud83d\\ude00":"Emoji","\\u0080":"Control","\\u00f6":"o"}',
    ) as JsonValue;
    expect(Object.values(JSON.parse(canonicalJson(value)))).toHaveLength(7);
    expect(canonicalJson(value)).toBe(
      '{"\\r":"Carriage Return","1":"One","\u0080":"Control","ö":"o","€":"Euro Sign","😀":"Emoji","\ufb33":"Hebrew"}',
    );
    expect(canonicalJson([Number('333333333.33333329'), 1e30, 4.5, 2e-3, 1e-27, -0])).toBe(
      '[333333333.3333333,1e+30,4.5,0.002,1e-27,0]',
    );
  });

  it('is the same for equal values however their members are ordered, and survives a round trip', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (members) => {
        const text = canonicalJson(members as JsonValue);
        const reversed = Object.fromEntries(Object.entries(members).reverse());
        expect(canonicalJson(reversed as JsonValue)).toBe(text);
        expect(canonicalJson(JSON.parse(text) as JsonValue)).toBe(text);
      }),
    );
  });

  it.each([
    [
      'integer-like names',
      '{"10":1,"9":2,"a":3,"1":[{"2":0,"11":0}]}',
      '{"1":[{"11":0,"2":0}],"10":1,"9":2,"a":3}',
    ],
    ['a member named __proto__', '{"b":1,"__proto__":{"z":1,"a":2}}', '{"__proto__":{"a":2,"z":1},"b":1}'],
    [
      'objects in order beside others',
      '[{"a":1,"b":2},{"b":1,"a":[{"d":0,"c":0}]}]',
      '[{"a":1,"b":2},{"a":[{"c":0,"d":0}],"b":1}]',
    ],
    [
      'a large integer-like name',
      '{"4294967296":1,"4294967294":2,"x":0}',
      '{"4294967294":2,"4294967296":1,"x":0}',
    ],
  ])('writes %s in order', (_name, text, canonical) => {
    expect(canonicalJson(JSON.parse(text) as JsonValue)).toBe(canonical);
  });

  it('agrees with a plain sort of the members, whatever their names', () => {
    const name = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.nat().map(String),
      fc.constantFrom('__proto__', 'constructor', ''),
    );
    const tree = fc.letrec<{ value: JsonValue }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.string({ unit: 'binary' }),
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.constantFrom(null, true, false, -0),
        fc.array(tie('value'), { maxLength: 4 }),
        fc
          .array(fc.tuple(name, tie('value')), { maxLength: 5 })
          .map((members) => JSON.parse(textOf(members)) as JsonValue),
      ) as fc.Arbitrary<JsonValue>,
    })).value;
    fc.assert(
      fc.property(tree, (value) => {
        expect(canonicalJson(value)).toBe(plainly(value));
      }),
      { numRuns: 500 },
    );
  });
});

/** An object's text from its members, so that a name such as `__proto__` becomes a member like any other. */
function textOf(members: readonly (readonly [string, JsonValue])[]): string {
  return `{${members.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join(',')}}`;
}

function plainly(value: JsonValue): string {
  if (Array.isArray(value)) return `[${value.map(plainly).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([key, child]) => `${JSON.stringify(key)}:${plainly(child as JsonValue)}`).join(',')}}`;
}
