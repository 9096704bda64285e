import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { aCheckout } from '../test/a-checkout.ts';
import { loadConfiguration } from './load-configuration.ts';
import { ConfigurationInvalid } from './problem/configuration-invalid.ts';
import { describeProblem } from './problem/configuration-problem.ts';

/** Few cases in the tests, many in `npm run soak`, with another seed each time. */
const FUZZ = {
  numRuns: Number(process.env.FUZZ_RUNS ?? 150),
  ...(process.env.FUZZ_RUNS === undefined ? { seed: 20_261_127 } : {}),
};

const FILES = [
  'services/config/config.yaml',
  'services/governance/roles.yaml',
  'services/governance/blocklist.yaml',
  'services/governance/rate-limits.yaml',
  'services/governance/secrets.yaml',
  'services/mcp/filesystem.yaml',
  'services/agents/associate_agent.yaml',
] as const;

const digits = createHash('sha256')
  .update('configuration')
  .digest('base64')
  .replaceAll(/[^A-Za-z0-9]/g, 'q');
/** A credential that somebody put where none belongs. */
const CANARY = `ghp_${digits.slice(0, 36)}`;

type Yaml = string | number | boolean | null | Yaml[] | { [key: string]: Yaml };

const scalar: fc.Arbitrary<Yaml> = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.double(),
  fc.boolean(),
  fc.constantFrom(null, '', '__proto__', 'constructor', '*', '..', '/', '\u0000', '1e999', 'x'.repeat(5000)),
  fc.constant(CANARY),
);
const value: fc.Arbitrary<Yaml> = fc.letrec<{ value: Yaml }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    scalar,
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.oneof(fc.string({ maxLength: 12 }), fc.constant(CANARY)), tie('value'), { maxKeys: 3 }),
  ),
})).value;

/** Puts `hostile` at a place that `at` chooses: in the place of a member, or as one more. */
function damage(document: Yaml, hostile: Yaml, key: string, at: readonly number[]): Yaml {
  const [first, ...rest] = at;
  if (first === undefined || typeof document !== 'object' || document === null) return hostile;
  const members = Object.entries(document);
  const [name, member] = members[Math.floor(first * members.length)] ?? [key, null];
  if (rest.length === 0 && first > 0.7) return { ...(document as object), [key]: hostile } as Yaml;
  const damaged = damage(member as Yaml, hostile, key, rest);
  if (Array.isArray(document)) return document.map((one, i) => (String(i) === name ? damaged : one));
  return { ...document, [name]: damaged };
}

const file = fc.constantFrom(...FILES);
const share = fc.double({ min: 0, max: 0.999, noNaN: true });

describe('configuration files with anything in them', () => {
  /** What the operator is told; undefined where the configuration is valid. */
  async function told(root: string, environment: Record<string, string>): Promise<string | undefined> {
    try {
      await loadConfiguration({ root, environment });
      return undefined;
    } catch (error) {
      if (!(error instanceof ConfigurationInvalid)) throw error;
      return error.problems.map(describeProblem).join('\n') + error.message;
    }
  }

  it('are valid, or refused with their place, and no credential in them is said again', async () => {
    const checkout = aCheckout();
    const { root, environment } = checkout;
    const path = (name: string) => checkout.path(name);
    const shipped = new Map(FILES.map((name) => [name, readFileSync(path(name), 'utf8')]));
    const places = fc.array(share, { minLength: 1, maxLength: 5 });
    const key = fc.oneof(fc.string({ maxLength: 10 }), fc.constant(CANARY));
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(file, value, key, places, async (name, hostile, newKey, at) => {
        const document = damage(parse(shipped.get(name)!) as Yaml, hostile, newKey, at);
        writeFileSync(path(name), stringify(document));
        const said = await told(root, environment);
        writeFileSync(path(name), shipped.get(name)!);
        if (said === undefined) return;
        refused += 1;
        expect(said).toContain(name);
        expect(said).not.toContain(CANARY.slice(8, 26));
      }),
      FUZZ,
    );
    expect(refused).toBeGreaterThan(10);
  });

  it('are valid or refused also where bytes of them were changed', async () => {
    const checkout = aCheckout();
    const { root, environment } = checkout;
    const path = (name: string) => checkout.path(name);
    const shipped = new Map(FILES.map((name) => [name, readFileSync(path(name))]));
    const change = fc.record({ at: share, byte: fc.integer({ min: 0, max: 255 }), count: fc.nat(3) });
    await fc.assert(
      fc.asyncProperty(file, fc.array(change, { minLength: 1, maxLength: 3 }), async (name, changes) => {
        let bytes = shipped.get(name)!;
        for (const { at, byte, count } of changes) {
          const i = Math.floor(at * bytes.length);
          bytes = Buffer.concat([bytes.subarray(0, i), Buffer.from([byte]), bytes.subarray(i + count)]);
        }
        writeFileSync(path(name), bytes);
        const said = await told(root, environment);
        writeFileSync(path(name), shipped.get(name)!);
        if (said !== undefined) expect(said).toContain('services/');
      }),
      FUZZ,
    );
  });
});
