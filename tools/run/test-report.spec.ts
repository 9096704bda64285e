import { expect, it } from 'vitest';
import { countReport, type File } from './test-report.mjs';

const passing = aFile('a', { adds: 'passed', divides: 'skipped' });
const failing = aFile('b', { subtracts: 'failed', multiplies: 'passed' });
const unloaded: File = { path: 'c', state: 'failed', errors: ['no such module'], tests: [] };
const killed: File = { ...aFile('d', { adds: 'pending' }), state: 'pending' };

it.each([
  ['passing tests', { errors: [], files: [passing] }, 1, 0],
  ['failing tests', { errors: [], files: [passing, failing] }, 2, 1],
  ['a file that does not load', { errors: [], files: [passing, unloaded] }, 1, 1],
  ['a file whose process was killed', { errors: [], files: [passing, killed] }, 1, 1],
  ['errors outside the tests', { errors: ['late', 'later'], files: [passing] }, 1, 2],
  ['a file without tests that were to run', { errors: [], files: [{ ...passing, state: 'skipped' }] }, 1, 0],
])('counts %s', (_, report, passed, failed) => {
  expect(countReport(report)).toMatchObject({ passed, failed, unsteady: [] });
});

it('counts a file as it was settled', () => {
  const settled = { passed: 7, failed: 0, problems: [], unsteady: ['b: subtracts'] };
  const count = countReport({ errors: [], files: [passing, failing] }, (file) =>
    file === failing ? settled : undefined,
  );
  expect(count).toEqual({ passed: 8, failed: 0, problems: [], unsteady: ['b: subtracts'] });
});

it('names what failed: the test with what it expected, the file, and what came from outside', () => {
  expect(countReport({ errors: ['late'], files: [unloaded, failing, killed] }).problems).toEqual([
    'outside the tests: late',
    'c: no such module',
    'b: subtracts\n  subtracts failed',
    'd: did not come to its end',
  ]);
});

function aFile(path: string, states: Record<string, string>): File {
  const tests = Object.entries(states).map(([name, state]) => ({
    name,
    state,
    errors: state === 'failed' ? [`${name} failed`] : [],
  }));
  return {
    path,
    state: tests.some(({ state }) => state === 'failed') ? 'failed' : 'passed',
    errors: [],
    tests,
  };
}
