import { describe, expect, it } from 'vitest';
import { afterSecondLook, filesToLookAtAgain } from './second-look.mjs';
import type { File, Report } from './test-report.mjs';

const broken: File = { path: 'a', state: 'failed', errors: ['no database\n  at x'], tests: [] };

describe('what is looked at again', () => {
  const failed = ['a', 'b', 'c', 'd'].map((path) => aFile({ race: 'failed' }, path));

  it('is every file that failed, up to three', () => {
    expect(filesToLookAtAgain([...failed.slice(0, 3), aFile({ race: 'passed' }, 'e')])).toEqual(
      failed.slice(0, 3),
    );
  });

  it('is a file that broke without a failing test', () => {
    expect(filesToLookAtAgain([broken])).toEqual([broken]);
  });

  it('is nothing when more files failed', () => {
    expect(filesToLookAtAgain(failed)).toEqual([]);
  });

  it('is never a file with a property that failed, which counts as one of the three', () => {
    const property = aFile({ race: 'failed' }, 'p', 'Error: Property failed after 3 tests\n{ seed: 1 }');
    expect(filesToLookAtAgain([property])).toEqual([]);
    expect(filesToLookAtAgain([property, ...failed.slice(0, 2)])).toEqual(failed.slice(0, 2));
    expect(filesToLookAtAgain([property, ...failed.slice(0, 3)])).toEqual([]);
    expect(filesToLookAtAgain([{ ...broken, errors: ['Property failed after 1 tests'] }])).toEqual([]);
  });
});

describe('after a second look', () => {
  const first = aFile({ adds: 'passed', race: 'failed' });

  it('what passes has passed, and is told', () => {
    expect(afterSecondLook(first, run({ adds: 'passed', race: 'passed' }))).toEqual({
      passed: 2,
      failed: 0,
      problems: [],
      unsteady: ['a: race — race failed'],
    });
  });

  it('a file that loads at last has passed, and is told', () => {
    expect(afterSecondLook(broken, run({ adds: 'passed', race: 'passed' }))).toEqual({
      passed: 2,
      failed: 0,
      problems: [],
      unsteady: ['a: the whole file — no database'],
    });
  });

  it.each<[string, File, Report | undefined, number, number]>([
    ['what fails again', first, run({ adds: 'passed', race: 'failed' }), 1, 1],
    ['what failed only now', first, run({ adds: 'failed', race: 'passed' }), 1, 1],
    ['what did not run again', first, run({ adds: 'passed' }), 1, 1],
    ['what was left out', first, run({ adds: 'passed', race: 'skipped' }), 1, 1],
    ['everything, when the second run left no report', first, undefined, 1, 1],
    ['everything, when the second run was of another file', first, run({ race: 'passed' }, 'ba'), 1, 1],
    ['everything, when the second run broke off', first, { errors: [], files: [broken] }, 1, 1],
    ['everything, after an error outside', first, { ...run({ race: 'passed' }), errors: ['late'] }, 1, 1],
    ['a file that breaks again', broken, { errors: [], files: [broken] }, 0, 1],
    ['a file of which nothing ran', broken, run({ adds: 'skipped' }), 0, 1],
  ])('fails %s', (_, before, again, passed, failed) => {
    const count = afterSecondLook(before, again);
    expect(count).toMatchObject({ passed, failed });
    expect(count.problems).toHaveLength(failed);
  });

  it('takes cases that share a name for one: all of them have to pass', () => {
    const twice = { ...first, tests: [...first.tests, ...first.tests] };
    const again = run({ race: 'passed' });
    const [file] = again.files;
    const both = [...(file?.tests ?? []), ...aFile({ race: 'failed' }).tests];
    expect(afterSecondLook(twice, { errors: [], files: [{ ...first, tests: both }] })).toMatchObject({
      failed: 1,
      unsteady: [],
    });
  });
});

function run(states: Record<string, string>, path?: string): Report {
  return { errors: [], files: [aFile(states, path)] };
}

function aFile(states: Record<string, string>, path = 'a', error?: string): File {
  const tests = Object.entries(states).map(([name, state]) => ({
    name,
    state,
    errors: state === 'failed' ? [error ?? `${name} failed\n  at x`] : [],
  }));
  return {
    path,
    state: tests.some(({ state }) => state === 'failed') ? 'failed' : 'passed',
    errors: [],
    tests,
  };
}
