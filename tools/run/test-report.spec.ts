import { expect, it } from 'vitest';
import { countReport } from './test-report.mjs';

const passing = {
  name: 'a',
  status: 'passed',
  message: '',
  assertionResults: [{ status: 'passed', fullName: 'x', failureMessages: [] }],
};
const failing = {
  name: 'b',
  status: 'failed',
  message: '',
  assertionResults: [
    { status: 'failed', fullName: 'adds up', failureMessages: ['expected 1 to be 2', 'more'] },
  ],
};
const unloaded = { name: 'c', status: 'failed', message: 'no such module', assertionResults: [] };

it.each([
  ['passing tests', aReport({ success: true, numPassedTests: 3, testResults: [passing] }), 3, 0],
  ['failing tests', aReport({ numPassedTests: 2, numFailedTests: 1, testResults: [passing, failing] }), 2, 1],
  ['a file that does not load', aReport({ numPassedTests: 3, testResults: [passing, unloaded] }), 3, 1],
  ['an error outside the tests', aReport({ numPassedTests: 3, testResults: [passing] }), 3, 1],
])('counts %s', (_, report, passed, failed) => {
  expect(countReport(report)).toMatchObject({ passed, failed });
});

it('names the file that does not load', () => {
  expect(countReport(aReport({ testResults: [unloaded] })).problems).toEqual(['c: no such module']);
});

it('names the test that failed, with what it expected', () => {
  expect(countReport(aReport({ testResults: [passing, failing] })).problems).toEqual([
    'b: adds up\n  expected 1 to be 2',
  ]);
});

function aReport(fields: Partial<Parameters<typeof countReport>[0]>): Parameters<typeof countReport>[0] {
  return { success: false, numPassedTests: 0, numFailedTests: 0, testResults: [], ...fields };
}
