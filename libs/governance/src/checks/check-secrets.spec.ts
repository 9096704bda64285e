import { ScannedValue } from '@gatehouse/audit';
import type { SecretsPolicy } from '@gatehouse/config';
import type { JsonValue } from '@gatehouse/kernel';
import { createScanner } from '@gatehouse/secret-scanner';
import { describe, expect, it } from 'vitest';
import { SecretJudge } from '../secrets/secret-judgement.ts';
import type { CheckSubject } from './check.ts';
import { checkSecrets } from './check-secrets.ts';

const TOKEN = `ghp_${'h4Jk8Lm2Nb'.repeat(3)}Vc6Xz1`;
const scanner = createScanner();
const deep: JsonValue = JSON.parse(`${'['.repeat(120)}1${']'.repeat(120)}`);

function run(input: JsonValue, policy: Partial<SecretsPolicy> = {}) {
  const secrets = new SecretJudge({ monitor: false, severity: [], patterns: [], allow: [], ...policy });
  return checkSecrets.run({
    call: { action: 'Bash', tool: 'Bash', server: null, input, cwd: null },
    scanned: ScannedValue.of(scanner, input),
    credential: { ok: true, principal: { role: 'user' } },
    policy: { secrets },
  } as never as CheckSubject);
}

const allow = (until: string) => [
  { rule: 'github-personal-access-token', until, reason: 'a test value of ours' },
];

describe('the check of secrets', () => {
  it('denies and names the rule and the masked path', () => {
    expect(run({ command: `a ${TOKEN}`, [`k${TOKEN}`]: TOKEN })).toEqual({
      result: 'fail',
      policy: 'secret_detected',
      reason: 'The arguments hold a credential: github-personal-access-token at $.command, and 2 more.',
      detail: 'github-personal-access-token at $.command, and 2 more',
    });
  });

  it('warns and lets pass where findings are watched', () => {
    expect(run({ command: TOKEN }, { monitor: true })).toEqual({
      result: 'warn',
      detail: 'github-personal-access-token at $.command; watched by monitor',
    });
    const severity = [{ roles: ['user' as const], action: 'monitor' as const }];
    expect(run({ command: TOKEN }, { severity })).toMatchObject({
      result: 'warn',
      detail: expect.stringContaining('watched by severity[0]'),
    });
  });

  it('passes what is accepted, says so, and denies again when the last day is over', () => {
    expect(run({ command: TOKEN }, { allow: allow('2999-12-31') })).toEqual({
      result: 'pass',
      detail: 'no credential found; 1 accepted by allow',
    });
    expect(run({ command: TOKEN }, { allow: allow('2020-01-01') })).toMatchObject({
      result: 'fail',
      policy: 'secret_detected',
      detail: expect.stringContaining('the last day of an entry of allow is over'),
    });
  });

  it.each([{}, { monitor: true }, { allow: allow('2999-12-31') }])(
    'denies what could not be judged whole, whatever the policy accepts',
    (policy) => {
      expect(run(deep, policy)).toMatchObject({ result: 'fail', policy: 'input_invalid' });
      const both = run({ command: TOKEN, deep }, policy);
      expect(both.result).toBe('fail');
    },
  );
});
