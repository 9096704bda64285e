import { describe, expect, it } from 'vitest';
import { type Claim, checkClaims } from './check-claims.ts';

const SPEC = 'libs/audit/src/audit.spec.ts';
const FILES: Record<string, string> = {
  [SPEC]: `describe('the log', () => {
    it('keeps the row', () => {});
    it.each([1])('keeps row %s', () => {});
    it.skip('sleeps', () => {});
    it.todo('will come');
    // it('is only a comment', () => {});
  });`,
  'demo/governance/01-happy-path.sh': '#!/usr/bin/env bash',
};

describe('the check of claims', () => {
  it.each([
    [{ test: `${SPEC} › keeps the row` }],
    [{ test: `${SPEC} › the log › keeps the row` }],
    [{ test: `${SPEC} › keeps row %s` }],
    [{ demo: 'demo/governance/01-happy-path.sh' }],
  ])('accepts the proof %j', (proof) => {
    expect(messages([aClaim({ proofs: [proof] })])).toEqual([]);
  });

  it.each([
    [
      { test: 'libs/audit/src/none.spec.ts › keeps the row' },
      'there is no test file libs/audit/src/none.spec.ts',
    ],
    [{ test: `${SPEC} › keeps nothing` }, `${SPEC} has no running test "keeps nothing"`],
    [{ test: `${SPEC} › is only a comment` }, `${SPEC} has no running test "is only a comment"`],
    [{ test: `${SPEC} › sleeps` }, `${SPEC} has no running test "sleeps"`],
    [{ test: `${SPEC} › will come` }, `${SPEC} has no running test "will come"`],
    [{ test: SPEC }, `a test is written "file › title", not "${SPEC}"`],
    [{ demo: 'demo/none.sh' }, 'there is no demo demo/none.sh'],
  ])('refuses the proof %j', (proof, message) => {
    expect(messages([aClaim({ proofs: [proof] })])).toEqual([`A1: ${message}`]);
  });

  it('refuses a proven claim without a proof', () => {
    expect(messages([aClaim({ proofs: [] })])).toEqual(['A1 is called proven and lists no proof']);
  });

  it('lets a planned claim wait for its proofs', () => {
    expect(messages([aClaim({ state: 'planned', proofs: [] })])).toEqual([]);
  });

  it('refuses the same id twice', () => {
    expect(messages([aClaim({}), aClaim({})])).toEqual(['A1 stands here twice']);
  });

  it.each([
    '**A1** No allow without a row.',
    '| A1 | No allow without a row |',
    '| `A1` | … |',
    'text\n**A1**: …',
  ])('refuses a README that states a claim which is not proven: %j', (readme) => {
    expect(messages([aClaim({ state: 'planned', proofs: [] })], readme)).toEqual([
      'states A1, which is not proven',
    ]);
    expect(messages([aClaim({})], readme)).toEqual([]);
  });

  it('refuses a README that states a claim nobody listed', () => {
    expect(messages([], '**G9** …')).toEqual(['states G9, which is not proven']);
  });

  it('does not read code in the README', () => {
    expect(messages([], '```\n| A1 | x |\n```')).toEqual([]);
  });
});

function aClaim(fields: Partial<Claim>): Claim {
  return {
    id: 'A1',
    sentence: 'No allow without a committed row.',
    state: 'proven',
    proofs: [{ test: `${SPEC} › keeps the row` }],
    ...fields,
  };
}

function messages(claims: Claim[], readme: string | null = null): string[] {
  return checkClaims({ claims, readme, read: (path) => FILES[path] ?? null }).map(({ message }) => message);
}
