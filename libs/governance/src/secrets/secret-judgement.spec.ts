import type { SecretsPolicy } from '@gatehouse/config';
import { createScanner } from '@gatehouse/secret-scanner';
import { describe, expect, it } from 'vitest';
import { SecretJudge } from './secret-judgement.ts';

const TOKEN = `ghp_${'h4Jk8Lm2Nb'.repeat(3)}Vc6Xz1`;
const scanner = createScanner({ fingerprintKey: Buffer.alloc(32, 1) });
const { findings } = scanner.scan({ env: { TOKEN } });
const [finding] = findings;
const rule = 'github-personal-access-token';
const clock = { now: () => Date.UTC(2027, 0, 31, 23, 59) };
const byMaya = { action: 'mcp__docs__search', role: 'user' } as const;

function judge(policy: Partial<SecretsPolicy>): SecretJudge {
  return new SecretJudge({ monitor: false, severity: [], patterns: [], allow: [], ...policy }, clock);
}

describe('what a finding means', () => {
  it.each<[string, Partial<SecretsPolicy>, string, string]>([
    ['denies where nothing is said', {}, 'deny', 'monitor'],
    ['is watched in monitor mode', { monitor: true }, 'monitor', 'monitor'],
    [
      'is watched for a tool',
      { severity: [{ tools: ['mcp__docs__*'], action: 'monitor' }] },
      'monitor',
      'severity[0]',
    ],
    [
      'is watched for a role',
      { severity: [{ roles: ['user'], action: 'monitor' }] },
      'monitor',
      'severity[0]',
    ],
    [
      'denies where tool and role have to fit and only one does',
      { severity: [{ tools: ['Bash'], roles: ['user'], action: 'monitor' }] },
      'deny',
      'monitor',
    ],
    [
      'is what the first entry that fits says',
      {
        monitor: true,
        severity: [
          { roles: ['service'], action: 'monitor' },
          { tools: ['*'], action: 'deny' },
          { roles: ['user'], action: 'monitor' },
        ],
      },
      'deny',
      'severity[1]',
    ],
  ])('%s', (_name, policy, action, line) => {
    expect(judge(policy).judge(findings, byMaya)).toMatchObject({ action, line, accepted: 0 });
  });

  it.each<[string, object, boolean]>([
    ['by rule', { rule }, true],
    ['by path', { path: '$.env.TOKEN' }, true],
    ['by fingerprint', { fingerprint: finding!.fingerprint }, true],
    ['by another rule', { rule: 'npm-token' }, false],
    ['by another path', { path: '$.env' }, false],
    ['by another fingerprint', { fingerprint: '0'.repeat(32) }, false],
    ['by a rule that fits and a path that does not', { rule, path: '$.x' }, false],
  ])('is accepted until the end of a day: %s', (_name, entry, accepted) => {
    const on = (until: string) =>
      judge({ allow: [{ ...entry, until, reason: 'a test' }] }).judge(findings, byMaya);
    expect(on('2027-01-31').accepted).toBe(accepted ? 1 : 0);
    expect(on('2027-01-30')).toMatchObject({ accepted: 0, open: findings, expired: accepted });
  });

  it('tells entries whose last day is over', () => {
    const entry = { rule, until: '2027-01-30', reason: 'a test' };
    expect(judge({ allow: [entry, { ...entry, until: '2027-01-31' }] }).expired()).toEqual([entry]);
  });

  it('finds patterns of the operator, and by their name what a group holds', () => {
    const own = createScanner();
    const pattern = { description: 'd', ignoreCase: true, confidence: 'high' } as const;
    own.useRules(
      judge({
        patterns: [
          { ...pattern, id: 'a', pattern: 'acme_[a-z0-9]{12}', keywords: ['acme_'] },
          { ...pattern, id: 'b', pattern: 'x-key"?[=:]\\s?"?([0-9]{8})', keywords: ['x-key'] },
        ],
      }).rules,
    );
    const { findings: found } = own.scan({ note: 'ACME_h4jk8lm2nb7c', 'x-key': '20394857' });
    expect(found.map(({ rule: id, path }) => [id, path])).toEqual([
      ['own-a', '$.note'],
      ['own-b', '$["x-key"]'],
    ]);
  });
});
