import { createHash } from 'node:crypto';
import type { JsonValue } from '@gatehouse/kernel';
import fc from 'fast-check';

/** How many cases a property tries: few in the tests, many in `npm run soak`, which takes another seed each time. */
export const FUZZ = {
  numRuns: Number(process.env.FUZZ_RUNS ?? 25),
  ...(process.env.FUZZ_RUNS === undefined ? { seed: 20_261_127 } : {}),
};

/** A credential of a known form that nobody has; `found` is enough of it to use. */
export const CANARY = {
  text: `ghp_${createHash('sha256')
    .update('fuzz')
    .digest('base64')
    .replaceAll(/[^A-Za-z0-9]/g, 'q')
    .slice(0, 36)}`,
  get found(): string {
    return this.text.slice(8, 26);
  },
} as const;

/** Texts that break what takes texts for harmless: other alphabets, controls, halves of pairs, names of prototypes. */
export const hostileText: fc.Arbitrary<string> = fc.oneof(
  { weight: 3, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
  { weight: 2, arbitrary: fc.string({ maxLength: 300 }) },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      '',
      '\u0000',
      'a\u0000b',
      '\ud800',
      'x\udc00y',
      '\ufeff',
      '\u202e\u2066',
      '__proto__',
      'constructor',
      'toString',
      '../../../etc/passwd',
      '\r\nset-cookie: a=b',
      '\u001b[2J\u001b]0;x\u0007',
      "'; drop table audit_log; --",
      '${7*7}{{7*7}}',
      '=cmd|calc',
      '<script>1</script>',
      'Bash',
      'mcp__filesystem__read_text_file',
      'mcp__a__b__c',
      'PreToolUse',
      'tools/call',
      '9'.repeat(400),
      'x'.repeat(70_000),
    ),
  },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 0x10ffff }).map(String) },
  {
    weight: 2,
    arbitrary: fc
      .constantFrom(' ', '"', '\n', ', ', '/')
      .map((around) => `text${around}${CANARY.text}${around}text`),
  },
);

/** Any JSON, and what is only nearly one: written by hand, it stands as it is in the text. */
export const hostileValue: fc.Arbitrary<JsonValue> = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    hostileText,
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.constantFrom(null, true, false, -0, 2 ** 53 + 2, 1e308, 5e-324, nested(99), nested(101)),
    fc.array(tie('value'), { maxLength: 4 }),
    // Own keys even where they are called `__proto__`.
    fc
      .array(fc.tuple(hostileText, tie('value')), { maxLength: 5 })
      .map((members) => Object.fromEntries(members) as JsonValue),
  ),
})).value as fc.Arbitrary<JsonValue>;

function nested(levels: number): JsonValue {
  let value: JsonValue = 1;
  for (let level = 0; level < levels; level += 1) value = level % 2 === 0 ? [value] : { a: value };
  return value;
}

/** Members of which each is as it should be, hostile, or not there; and some that nobody knows. */
export function damaged(proper: Readonly<Record<string, JsonValue>>): fc.Arbitrary<JsonValue> {
  const members = Object.entries(proper).map(([name, value]) =>
    fc.oneof(
      { weight: 4, arbitrary: fc.constant([[name, value]] as [string, JsonValue][]) },
      { weight: 3, arbitrary: hostileValue.map((hostile): [string, JsonValue][] => [[name, hostile]]) },
      { weight: 1, arbitrary: fc.constant([] as [string, JsonValue][]) },
    ),
  );
  const unknown = fc.array(fc.tuple(hostileText, hostileValue), { maxLength: 2 });
  return fc
    .tuple(fc.tuple(...members), unknown)
    .map(([known, more]) => Object.fromEntries([...known.flat(), ...more]) as JsonValue);
}

/** Bytes of which a few were changed, taken out, doubled or cut off. */
export function damagedBytes(text: string): fc.Arbitrary<Buffer> {
  const damage = fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    kind: fc.constantFrom('set', 'insert', 'remove', 'cut', 'double'),
    byte: fc.integer({ min: 0, max: 255 }),
  });
  return fc.array(damage, { minLength: 1, maxLength: 4 }).map((all) => {
    let bytes = Buffer.from(text);
    for (const { at, kind, byte } of all) {
      const i = Math.floor(at * bytes.length);
      const [before, after] = [bytes.subarray(0, i), bytes.subarray(i)];
      if (kind === 'cut') bytes = Buffer.from(before);
      else if (kind === 'double') bytes = Buffer.concat([before, after, after]);
      else if (kind === 'remove') bytes = Buffer.concat([before, after.subarray(1)]);
      else {
        const rest = kind === 'set' ? after.subarray(1) : after;
        bytes = Buffer.concat([before, Buffer.from([byte]), rest]);
      }
    }
    return bytes;
  });
}
