import { expect, it } from 'vitest';
import { countReport } from './test-report.mjs';

const passing = { name: 'a', status: 'passed', message: '', assertionResults: [{ status: 'passed' }] };
const failing = { name: 'b', status: 'failed', message: '', assertionResults: [{ status: 'failed' }] };
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

function aReport(fields: Partial<Parameters<typeof countReport>[0]>): Parameters<typeof countReport>[0] {
  return { success: false, numPassedTests: 0, numFailedTests: 0, testResults: [], ...fields };
}
