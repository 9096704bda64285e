import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { aCheckout, type Checkout } from '../../test/a-checkout.ts';
import { loadConfiguration } from '../load-configuration.ts';
import { GovernancePolicies } from './governance-policies.service.ts';
import type { PolicyChange } from './policy-change.ts';

const LIMITS = 'services/governance/rate-limits.yaml';
const limits = (perMinute: number) => `tool_calls: {per_minute: ${perMinute}}\n`;

/** Policies under an authority that wants what the test says; `undefined`: what the files say. */
async function ruled(checkout: Checkout, wanted?: string) {
  const { installation, services } = await loadConfiguration(checkout);
  const policies = new GovernancePolicies(installation, services.governance);
  const rule = { wanted };
  const told: PolicyChange[] = [];
  policies.subscribe((change) => void told.push(change));
  await policies.answerTo({ wanted: (filesVersion) => rule.wanted ?? filesVersion });
  policies.start();
  onTestFinished(() => policies.stop());
  await policies.recheck();
  return { policies, rule, told, installation, version: policies.current().version };
}

describe('policies under an authority', () => {
  it('keep what the authority wants while the files hold another, and say so once', async () => {
    const checkout = aCheckout();
    const { policies, rule, told, version } = await ruled(checkout);
    rule.wanted = version;
    checkout.write(LIMITS, limits(7));
    await policies.recheck();
    await policies.recheck();
    expect(policies.current().version).toBe(version);
    expect(told.map(({ outcome }) => outcome)).toEqual(['pending']);
    expect(policies.pending()).toMatchObject({ previousVersion: version, files: [LIMITS] });
    expect(policies.pending()!.diff).toContain('per_minute: 7');
  });

  it('take the files as soon as the authority wants them', async () => {
    const checkout = aCheckout();
    const { policies, rule, version } = await ruled(checkout);
    rule.wanted = version;
    checkout.write(LIMITS, limits(7));
    await policies.recheck();
    rule.wanted = policies.pending()!.version!;
    await policies.recheck();
    expect(policies.current().rateLimits.perMinute).toBe(7);
    expect(policies.pending()).toBeNull();
  });

  it('go back to an earlier policy when it is wanted again, whatever the files say, even nothing valid', async () => {
    const checkout = aCheckout();
    const { policies, rule, told, version } = await ruled(checkout);
    checkout.write(LIMITS, limits(7));
    await policies.recheck();
    expect(policies.current().rateLimits.perMinute).toBe(7);
    checkout.write(LIMITS, 'tool_calls: [');
    rule.wanted = version;
    await policies.recheck();
    expect(policies.current().version).toBe(version);
    expect(told.map(({ outcome }) => outcome)).toContain('restored');
  });

  it('start with the wanted policy and not with the files', async () => {
    const checkout = aCheckout();
    const { version } = await ruled(checkout);
    checkout.write(LIMITS, limits(7));
    const restarted = await ruled(checkout, version);
    expect(restarted.version).toBe(version);
    expect(restarted.policies.pending()).not.toBeNull();
  });

  it('allow nothing where the wanted policy is nowhere to be found', async () => {
    const { policies, version } = await ruled(aCheckout(), `sha256:${'1'.repeat(64)}`);
    expect(version).not.toBe(`sha256:${'1'.repeat(64)}`);
    for (const role of Object.values(policies.current().roles.roles)) {
      expect(role).toMatchObject({ allow: [], deny: ['*'] });
    }
    expect(policies.current().roles.roles.admin.permissions).toContain('governance:write');
    expect(policies.current().roles.roles.user.permissions).toEqual([]);
  });

  it('do not believe a copy in the archive that is not what its name says', async () => {
    const checkout = aCheckout();
    const { version, installation } = await ruled(checkout);
    const folder = join(installation.stateDir, 'policies');
    const [name] = readdirSync(folder);
    const copy = JSON.parse(readFileSync(join(folder, name!), 'utf8')) as Record<string, string>;
    writeFileSync(
      join(folder, name!),
      JSON.stringify({ ...copy, 'rate-limits.yaml': Buffer.from(limits(999_999)).toString('base64') }),
    );
    checkout.write(LIMITS, limits(7));
    const restarted = await ruled(checkout, version);
    expect(restarted.policies.current().roles.roles.admin.allow).toEqual([]);
  });
});
