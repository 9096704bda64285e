import { chmodSync, mkdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { aCheckout, type Checkout } from '../../test/a-checkout.ts';
import { loadConfiguration } from '../load-configuration.ts';
import { describeProblem } from '../problem/configuration-problem.ts';
import { GovernancePolicies } from './governance-policies.service.ts';
import type { PolicyChange } from './policy-change.ts';

const LIMITS = 'services/governance/rate-limits.yaml';
const ROLES = 'services/governance/roles.yaml';
const limits = (perMinute: number | string) => `tool_calls: {per_minute: ${perMinute}}\n`;

/** The changes as they come, one `await next()` each. */
function queueOf(policies: GovernancePolicies): () => Promise<PolicyChange> {
  const waiting: ((change: PolicyChange) => void)[] = [];
  const arrived: PolicyChange[] = [];
  policies.subscribe((change) => {
    const taker = waiting.shift();
    if (taker === undefined) arrived.push(change);
    else taker(change);
  });
  return () => {
    const change = arrived.shift();
    return change === undefined
      ? new Promise((resolve) => void waiting.push(resolve))
      : Promise.resolve(change);
  };
}

async function watched(checkout: Checkout) {
  const { installation, services } = await loadConfiguration(checkout);
  const policies = new GovernancePolicies(installation, services.governance);
  policies.start();
  onTestFinished(() => policies.stop());
  return { policies, next: queueOf(policies), before: services.governance };
}

/** Resolves when what was told also holds: listeners are told just before. */
async function settled(policies: GovernancePolicies, change: PolicyChange): Promise<void> {
  await expect
    .poll(() => policies.current().version, { interval: 5, timeout: 10_000 })
    .toBe(change.document.version);
}

describe('GovernancePolicies', () => {
  it('applies a change of a file in place, with its hash and a diff', async () => {
    const checkout = aCheckout();
    const { policies, next, before } = await watched(checkout);
    checkout.write(LIMITS, limits(7));
    const change = await next();
    expect(change).toMatchObject({
      outcome: 'applied',
      files: [LIMITS],
      previousVersion: before.version,
      problems: [],
    });
    expect(change.version).toBe(change.document.version);
    expect(change.diff).toContain('-  per_minute: 300\n');
    expect(change.diff).toContain('+tool_calls: {per_minute: 7}\n');
    await settled(policies, change);
    expect(policies.current().rateLimits.perMinute).toBe(7);
    expect(policies.current().roles).toEqual(before.roles);
  });

  it('goes on seeing changes after a file was replaced, again and again', async () => {
    const checkout = aCheckout();
    const { next } = await watched(checkout);
    for (const perMinute of [11, 12, 13]) {
      checkout.write(`${LIMITS}.tmp`, limits(perMinute));
      renameSync(checkout.path(`${LIMITS}.tmp`), checkout.path(LIMITS));
      expect((await next()).document.rateLimits.perMinute).toBe(perMinute);
    }
    checkout.write(LIMITS, limits(14));
    expect((await next()).document.rateLimits.perMinute).toBe(14);
  });

  it('sees the way vi saves: the old file away, a new one in its place', async () => {
    const checkout = aCheckout();
    const { next } = await watched(checkout);
    renameSync(checkout.path(LIMITS), checkout.path(`${LIMITS}~`));
    checkout.write(LIMITS, limits(21));
    expect(await next()).toMatchObject({ outcome: 'applied', document: { rateLimits: { perMinute: 21 } } });
  });

  it('sees a folder that was replaced whole, and what changes in the new one', async () => {
    const checkout = aCheckout();
    const { next } = await watched(checkout);
    const folder = checkout.path('services/governance');
    mkdirSync(`${folder}.new`, { mode: 0o755 });
    for (const name of ['roles', 'blocklist', 'secrets']) {
      checkout.write(
        `services/governance.new/${name}.yaml`,
        `${{ roles: 'roles: {}', blocklist: 'categories: {}', secrets: 'monitor: true' }[name]}\n`,
      );
    }
    checkout.write('services/governance.new/rate-limits.yaml', limits(31));
    renameSync(folder, `${folder}.old`);
    renameSync(`${folder}.new`, folder);
    expect(await next()).toMatchObject({ outcome: 'applied', document: { secrets: { monitor: true } } });
    checkout.write(LIMITS, limits(32));
    expect((await next()).document.rateLimits.perMinute).toBe(32);
  });

  it('takes changes of several files as one', async () => {
    const checkout = aCheckout();
    const { next } = await watched(checkout);
    checkout.write(ROLES, 'roles: {}\n');
    checkout.write(LIMITS, limits(41));
    expect(await next()).toMatchObject({
      files: [ROLES, LIMITS],
      document: { rateLimits: { perMinute: 41 } },
    });
  });

  it('refuses an invalid change once, with its places, and keeps what holds', async () => {
    const checkout = aCheckout();
    const { policies, next, before } = await watched(checkout);
    checkout.write(LIMITS, limits(51));
    checkout.write(ROLES, 'roles: {user: {alow: ["*"]}}\n');
    const refused = await next();
    expect(refused).toMatchObject({ outcome: 'refused', files: [ROLES], document: before });
    expect(refused.problems.map(describeProblem)).toEqual([
      `${ROLES}:1:16: roles.user.alow: is not a known key (expected one of allow, deny, permissions, mcp_servers, agents; did you mean "allow"?)`,
    ]);
    expect(refused.version).not.toBe(before.version);
    expect(refused.diff).toContain('alow');
    expect(policies.current()).toBe(before);
    await expect.poll(() => policies.problems()).toHaveLength(1);

    // An event without a change: the refusal must not be told again.
    checkout.write('services/governance/.roles.yaml.swp', '');
    await policies.recheck();
    checkout.write(ROLES, 'roles: {user: {allow: ["*"]}}\n');
    // Had the refusal been told twice, it would come before this one.
    const applied = await next();
    expect(applied).toMatchObject({ outcome: 'applied', document: { rateLimits: { perMinute: 51 } } });
    await settled(policies, applied);
    expect(policies.problems()).toEqual([]);
  });

  it('says nothing when the files come back to what holds', async () => {
    const checkout = aCheckout();
    const { policies, next, before } = await watched(checkout);
    const bytes = readFileSync(checkout.path(LIMITS));
    checkout.write(LIMITS, 'not: right\n');
    expect((await next()).outcome).toBe('refused');
    checkout.write(LIMITS, bytes);
    await expect.poll(() => policies.problems(), { interval: 5, timeout: 10_000 }).toEqual([]);
    checkout.write(LIMITS, limits(61));
    expect(await next()).toMatchObject({ outcome: 'applied', previousVersion: before.version });
  });

  it.each<[string, (checkout: Checkout) => void, string]>([
    [
      'a link in the file’s place',
      (checkout) => {
        checkout.write('elsewhere.yaml', limits(1));
        checkout.remove(LIMITS);
        symlinkSync(checkout.path('elsewhere.yaml'), checkout.path(LIMITS));
      },
      `${LIMITS}:1:1: is a link (expected a regular file)`,
    ],
    [
      'a file that everyone may write',
      (checkout) => {
        checkout.write(LIMITS, limits(1));
        chmodSync(checkout.path(LIMITS), 0o666);
      },
      `${LIMITS}:1:1: may be written by everyone (expected a mode such as 0644: chmod go-w)`,
    ],
    [
      'a folder that everyone may write',
      (checkout) => {
        chmodSync(checkout.path('services/governance'), 0o777);
        checkout.write(LIMITS, limits(1));
      },
      `${LIMITS}:1:1: lies below "governance", which may be written by everyone (expected a mode such as 0644: chmod go-w)`,
    ],
    ['a file that is gone', (checkout) => checkout.remove(LIMITS), `${LIMITS}:1:1: does not exist`],
    [
      'a file over 1 MiB',
      (checkout) => writeFileSync(checkout.path(LIMITS), `#${'x'.repeat(1024 * 1024)}\n`),
      `${LIMITS}:1:1: is too large (expected at most 1 MiB)`,
    ],
  ])('refuses %s, though what it says is valid', async (_name, spoil, problem) => {
    const checkout = aCheckout();
    const { policies, next, before } = await watched(checkout);
    spoil(checkout);
    const change = await next();
    expect(change).toMatchObject({ outcome: 'refused', document: before });
    expect(change.problems.map(describeProblem)).toContain(problem);
    expect(policies.current()).toBe(before);
  });

  it('does not apply a change while a listener cannot record it, and tries again', async () => {
    const checkout = aCheckout();
    const { policies, next, before } = await watched(checkout);
    const seen: string[] = [];
    let fails = 2;
    const unsubscribe = policies.subscribe(() => {
      seen.push(policies.current().version);
      fails -= 1;
      if (fails >= 0) throw new Error('no row');
    });
    checkout.write(LIMITS, limits(71));
    const change = await next();
    await settled(policies, change);
    unsubscribe();
    expect(seen).toEqual([before.version, before.version, before.version]);
    // The listener that heard it the first time was not asked again.
    checkout.write(LIMITS, limits(72));
    expect((await next()).document.rateLimits.perMinute).toBe(72);
  });

  it('applies a change that was made between reading and watching', async () => {
    const checkout = aCheckout();
    const { installation, services } = await loadConfiguration(checkout);
    checkout.write(LIMITS, limits(81));
    const policies = new GovernancePolicies(installation, services.governance);
    const next = queueOf(policies);
    policies.start();
    onTestFinished(() => policies.stop());
    expect((await next()).document.rateLimits.perMinute).toBe(81);
  });

  it('gives a version to the bytes, not to what they mean', async () => {
    const one = (await loadConfiguration(aCheckout())).services.governance.version;
    const same = (await loadConfiguration(aCheckout())).services.governance.version;
    const spaced = await loadConfiguration(
      aCheckout({ 'services/governance/secrets.yaml': 'monitor:  false\n' }),
    );
    expect(one).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(same).toBe(one);
    expect(spaced.services.governance.version).not.toBe(one);
  });
});
