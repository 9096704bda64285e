import type { ClaimState, ControlConfig, EvidenceExpectation } from '@gatehouse/config';

/**
 * `met`: every claim is proven and every row that had to be there is, and none that may not. `not_met`: a claim is not
 * proven, or a row stands against it. `no_data`: nothing stands against it, and rows that would show it are missing.
 * `outside`: nothing of it can be shown here.
 */
export type ControlResult = 'met' | 'not_met' | 'no_data' | 'outside';

export interface AssessedEvidence {
  readonly query: string;
  readonly expect: EvidenceExpectation;
  readonly result: 'met' | 'not_met' | 'no_data' | 'for_review';
}

export interface AssessedControl {
  readonly id: string;
  readonly title: string;
  readonly result: ControlResult;
  /** One sentence for each thing that keeps it from being met. */
  readonly reasons: readonly string[];
  readonly claims: readonly { readonly id: string; readonly state: ClaimState | 'unknown' }[];
  readonly evidence: readonly AssessedEvidence[];
}

/** Pure. `rowsOf`: how many rows a query found. `anyRows`: whether the period holds any row at all. */
export function assessControl(
  control: ControlConfig,
  claims: ReadonlyMap<string, ClaimState>,
  rowsOf: (query: string) => number,
  anyRows: boolean,
): AssessedControl {
  const { id, title, outside } = control;
  const base = { id, title };
  if (outside !== null) return { ...base, result: 'outside', reasons: [outside], claims: [], evidence: [] };
  const stated = control.claims.map((claim) => ({
    id: claim,
    state: claims.get(claim) ?? ('unknown' as const),
  }));
  const evidence = control.evidence.map(
    ({ query, expect }): AssessedEvidence => ({
      query,
      expect,
      result: evidenceResult(expect, rowsOf(query), anyRows),
    }),
  );
  const reasons = [
    ...stated
      .filter(({ state }) => state !== 'proven')
      .map((claim) => `claim ${claim.id} is ${claim.state === 'planned' ? 'not proven' : 'not known'}`),
    ...evidence
      .filter(({ result }) => result === 'not_met')
      .map(({ query }) => `${query}: rows stand against it`),
    ...evidence
      .filter(({ result }) => result === 'no_data')
      .map(({ query }) => `${query}: no rows in the period`),
  ];
  const notMet =
    stated.some(({ state }) => state !== 'proven') || evidence.some(({ result }) => result === 'not_met');
  const noData = !anyRows || evidence.some(({ result }) => result === 'no_data');
  return {
    ...base,
    result: notMet ? 'not_met' : noData ? 'no_data' : 'met',
    reasons,
    claims: stated,
    evidence,
  };
}

function evidenceResult(
  expect: EvidenceExpectation,
  rows: number,
  anyRows: boolean,
): AssessedEvidence['result'] {
  if (expect === 'any') return 'for_review';
  if (expect === 'some') return rows > 0 ? 'met' : 'no_data';
  if (rows > 0) return 'not_met';
  // Nothing against it in a period of which nothing is known shows nothing.
  return anyRows ? 'met' : 'no_data';
}
