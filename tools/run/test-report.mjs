/**
 * What the tests of a project came to, as `test-reporter.mjs` writes it.
 *
 * @typedef {{ name: string, state: string, errors: string[] }} Test
 * @typedef {{ path: string, state: string, errors: string[], tests: Test[] }} File
 * @typedef {{ errors: string[], files: File[] }} Report
 */

/**
 * Adds up a report. A file that did not come to its end, and each error outside the tests, count as one failure.
 *
 * @typedef {{ passed: number, failed: number, problems: string[], unsteady: string[] }} Count
 *
 * @param {Report} report
 * @param {(file: File) => Count | undefined} [settle] What a file counts as instead, after a second look.
 * @returns {Count}
 */
export function countReport({ errors, files }, settle = () => undefined) {
  const counts = files.map((file) => settle(file) ?? countFile(file));
  return {
    passed: sum(counts.map(({ passed }) => passed)),
    failed: sum(counts.map(({ failed }) => failed)) + errors.length,
    problems: [
      ...errors.map((error) => `outside the tests: ${beginOf(error)}`),
      ...counts.flatMap(({ problems }) => problems),
    ],
    unsteady: counts.flatMap(({ unsteady }) => unsteady),
  };
}

/**
 * @param {File} file
 * @returns {Count}
 */
export function countFile(file) {
  const failed = failedTests(file);
  const broken = isBroken(file);
  return {
    passed: file.tests.filter(({ state }) => state === 'passed').length,
    failed: failed.length + (broken ? 1 : 0),
    problems: [
      ...(broken ? [`${file.path}: ${beginOf(file.errors[0])}`] : []),
      ...failed.map(({ name, errors }) => `${file.path}: ${name}\n  ${beginOf(errors[0])}`),
    ],
    unsteady: [],
  };
}

/** @param {File} file */
export function failedTests({ tests }) {
  return tests.filter(({ state }) => state === 'failed');
}

/** Whether a file failed other than by a failing test: it did not load, a hook failed, its process died. @param {File} file */
export function isBroken(file) {
  return file.state !== 'passed' && file.state !== 'skipped' && failedTests(file).length === 0;
}

function beginOf(error = 'did not come to its end') {
  return error.slice(0, 2000);
}

function sum(numbers) {
  return numbers.reduce((total, number) => total + number, 0);
}
