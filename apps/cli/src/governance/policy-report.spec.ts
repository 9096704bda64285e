import { describe, expect, it } from 'vitest';
import { renderHuman } from '../report/render-human.ts';
import { policyReport } from './policy-report.ts';

const POLICY = {
  mode: 'production',
  version: 'sha256:aa',
  in_step: true,
  in_force: { version: 'sha256:aa', kind: 'applied', since: '2026-11-22T10:00:00.000Z', reverts_at: null },
  pending: null,
  elsewhere: [],
  problems: [],
};
const PENDING = {
  version: 'sha256:bb',
  previous_version: 'sha256:aa',
  files: ['roles.yaml'],
  diff: '+x',
  approvals: [],
};
const text = (policy: object) =>
  renderHuman(policyReport('Governance policy', { ...POLICY, ...policy }), { colour: false, width: null });

describe('the report of the policy', () => {
  it('shows what is in force, and that nothing waits', () => {
    expect(text({})).toContain('sha256:aa');
    expect(text({})).not.toContain('Waiting');
  });

  it('shows what waits with its diff, and the command that applies it', () => {
    expect(text({ pending: PENDING })).toContain('+x');
    expect(text({ pending: PENDING })).toContain('gatehouse admin governance apply sha256:bb');
  });

  it('says that another administrator is needed once one has approved', () => {
    expect(text({ pending: { ...PENDING, approvals: [{ user_id: 'u', at: 'now' }] } })).toContain(
      'Another administrator',
    );
  });

  it('lets no escape of a policy file reach the terminal', () => {
    const diff = '+allow: [\u001b[2J\u202eeverything\u009b31m]';
    expect(text({ pending: { ...PENDING, diff } })).not.toMatch(/[\u001b\u009b\u202e]/);
  });
});
