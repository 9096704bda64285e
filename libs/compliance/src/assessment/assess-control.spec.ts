import type { ClaimState } from '@gatehouse/config';
import { expect, it } from 'vitest';
import { assessControl, type ControlResult } from './assess-control.ts';

const CLAIMS = new Map<string, ClaimState>([
  ['G1', 'proven'],
  ['G2', 'planned'],
]);

it.each<
  [
    string,
    { claims?: string[]; expect?: 'some' | 'none' | 'any'; rows?: number; anyRows?: boolean },
    ControlResult,
  ]
>([
  ['rows that had to be there', { rows: 3 }, 'met'],
  ['no such rows', { rows: 0 }, 'no_data'],
  ['no row that may not be', { expect: 'none', rows: 0 }, 'met'],
  ['a row that may not be', { expect: 'none', rows: 1 }, 'not_met'],
  ['rows for a person', { expect: 'any', rows: 5 }, 'met'],
  ['a claim that is not proven', { claims: ['G1', 'G2'], rows: 3 }, 'not_met'],
  ['a claim that nobody knows', { claims: ['Z9'], rows: 3 }, 'not_met'],
  ['a claim that is not proven, and no rows', { claims: ['G2'], rows: 0 }, 'not_met'],
  ['a period without a single row', { expect: 'none', rows: 0, anyRows: false }, 'no_data'],
  ['a period without a single row, for a person', { expect: 'any', rows: 0, anyRows: false }, 'no_data'],
])('with %s', (_what, { claims = ['G1'], expect: wanted = 'some', rows = 0, anyRows = true }, result) => {
  const control = {
    id: 'X1',
    title: 't',
    claims,
    evidence: [{ query: 'logins', expect: wanted }],
    outside: null,
  };
  const assessed = assessControl(control, CLAIMS, () => rows, anyRows);
  expect(assessed.result).toBe(result);
  expect(assessed.reasons.length > 0).toBe(
    result === 'not_met' || (result === 'no_data' && anyRows) || (wanted === 'none' && !anyRows),
  );
});

it('says why nothing of a control can be shown', () => {
  const control = { id: 'X1', title: 't', claims: [], evidence: [], outside: 'people' };
  expect(assessControl(control, CLAIMS, () => 0, true)).toMatchObject({
    result: 'outside',
    reasons: ['people'],
  });
});
