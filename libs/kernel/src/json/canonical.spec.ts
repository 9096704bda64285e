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
      'objects out of order below one in order',
      '{"a":1,"b":{"d":1,"c":2},"e":3}',
      '{"a":1,"b":{"c":2,"d":1},"e":3}',
    ],
    [
      'many members',
      '{"h":1,"o":1,"b":1,"m":1,"l":1,"k":1,"a":1,"i":1,"g":1,"f":1,"n":1,"e":1,"d":1,"j":1,"c":1}',
      '{"a":1,"b":1,"c":1,"d":1,"e":1,"f":1,"g":1,"h":1,"i":1,"j":1,"k":1,"l":1,"m":1,"n":1,"o":1}',
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

describe('the published vectors of RFC 8785', () => {
  it('section 3.2.4: the sample document', () => {
    const sample =
      '{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],"string":"\\u20ac$\\u000F\\u000aA\'\\u0042\\u0022\\u005c\\\\\\"\\/","literals":[null,true,false]}';
    expect(Buffer.from(canonicalJson(JSON.parse(sample) as JsonValue)).toString('hex')).toBe(
      '7b226c69746572616c73223a5b6e756c6c2c747275652c66616c73655d2c226e756d62657273223a5b3333333333333333332e333333333333332c31652b33302c342e352c302e3030322c31652d32375d2c22737472696e67223a22e282ac245c75303030665c6e4127425c225c5c5c5c5c222f227d',
    );
  });

  it.each([
    ['0000000000000000', '0'],
    ['8000000000000000', '0'],
    ['0000000000000001', '5e-324'],
    ['8000000000000001', '-5e-324'],
    ['7fefffffffffffff', '1.7976931348623157e+308'],
    ['ffefffffffffffff', '-1.7976931348623157e+308'],
    ['4340000000000000', '9007199254740992'],
    ['c340000000000000', '-9007199254740992'],
    ['4430000000000000', '295147905179352830000'],
    ['44b52d02c7e14af5', '9.999999999999997e+22'],
    ['44b52d02c7e14af6', '1e+23'],
    ['44b52d02c7e14af7', '1.0000000000000001e+23'],
    ['444b1ae4d6e2ef4e', '999999999999999700000'],
    ['444b1ae4d6e2ef4f', '999999999999999900000'],
    ['444b1ae4d6e2ef50', '1e+21'],
    ['3eb0c6f7a0b5ed8c', '9.999999999999997e-7'],
    ['3eb0c6f7a0b5ed8d', '0.000001'],
    ['41b3de4355555553', '333333333.3333332'],
    ['41b3de4355555554', '333333333.33333325'],
    ['41b3de4355555555', '333333333.3333333'],
    ['41b3de4355555556', '333333333.3333334'],
    ['41b3de4355555557', '333333333.33333343'],
    ['becbf647612f3696', '-0.0000033333333333333333'],
    ['43143ff3c1cb0959', '1424953923781206.2'],
  ])('appendix B: the double %s is %s', (bits, text) => {
    expect(canonicalJson(Buffer.from(bits, 'hex').readDoubleBE())).toBe(text);
  });
});
