import { describe, expect, it } from 'vitest';
import { type Check, type CheckSubject, fail, pass } from './check.ts';
import { ORDERED_CHECKS } from './ordered-checks.ts';
import { runChecks } from './run-checks.ts';

const subject = {} as CheckSubject;
const passing = (rule: string): Check => ({ rule, run: () => pass('fine') });
const failing: Check = { rule: 'second', run: () => fail('blocklisted', 'No.', 'line 3') };
const throwing: Check = {
  rule: 'second',
  run: () => {
    throw new Error('the value was hunter2');
  },
};

describe('the pipeline', () => {
  it('is the five checks in their order', () => {
    expect(ORDERED_CHECKS.map((check) => check.rule)).toEqual([
      'token',
      'scope',
      'secrets',
      'blocklist',
      'rate_limit',
    ]);
  });

  it('allows when every check passes', () => {
    const verdict = runChecks([passing('first'), passing('second')], subject);
    expect(verdict).toMatchObject({ decision: 'allow', policy: 'default_allow' });
    expect(verdict.rules.map((rule) => rule.result)).toEqual(['pass', 'pass']);
  });

  it('denies at the first failure and skips the rest', () => {
    const verdict = runChecks([passing('first'), failing, passing('third')], subject);
    expect(verdict).toMatchObject({ decision: 'deny', policy: 'blocklisted', reason: 'No.' });
    expect(verdict.rules.map((rule) => rule.result)).toEqual(['pass', 'fail', 'skip']);
  });

  it('denies when a check throws, and says nothing of what was thrown', () => {
    const verdict = runChecks([passing('first'), throwing, passing('third')], subject);
    expect(verdict).toMatchObject({ decision: 'deny', policy: 'internal_error' });
    expect(JSON.stringify(verdict)).not.toContain('hunter2');
  });

  it('denies on every check when nothing at all is as it should be', () => {
    for (const check of ORDERED_CHECKS) expect(runChecks([check], subject).decision).toBe('deny');
  });
});
