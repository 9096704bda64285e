import { countFile, failedTests, isBroken } from './test-report.mjs';

/** With more files failing than this, it is the change that fails them. */
const MOST_FILES = 3;

/** How fast-check begins. Its next run tries other values, so that it passes says nothing about the ones that failed. */
const FAILED_PROPERTY = 'Property failed after';

/**
 * The files that are run once more, alone: all that failed, when they are few, but those in which a property failed.
 *
 * @template {import('./test-report.mjs').File} F
 * @param {readonly F[]} files
 * @returns {F[]}
 */
export function filesToLookAtAgain(files) {
  const failed = files.filter((file) => countFile(file).failed > 0);
  return failed.length > MOST_FILES ? [] : failed.filter((file) => !hasFailedProperty(file));
}

/**
 * What a file counts as after a second look. The second run counts; a test that failed first and did not run again has
 * failed, and so has all that failed first when the second run broke off or failed outside the file's tests.
 *
 * @param {import('./test-report.mjs').File} first
 * @param {import('./test-report.mjs').Report | undefined} again The report of the second run; none when it left none.
 * @returns {import('./test-report.mjs').Count} `unsteady`: what failed first and passes now, as `file: test — message`.
 */
export function afterSecondLook(first, again) {
  const second = again?.files.find(({ path }) => path === first.path);
  if (second === undefined || again.errors.length > 0 || isBroken(second)) {
    return countFile(first);
  }
  const states = (name) => second.tests.filter((test) => test.name === name).map(({ state }) => state);
  const steady = (name) => states(name).length > 0 && states(name).every((state) => state === 'passed');
  const lost = failedTests(first).filter(({ name }) => !steady(name) && !states(name).includes('failed'));
  const { passed, failed, problems } = countFile(second);
  const brokenStill = isBroken(first) && passed + failed === 0;
  return {
    passed,
    failed: failed + lost.length + (brokenStill ? 1 : 0),
    problems: [
      ...problems,
      ...(lost.length > 0 || brokenStill ? countFile({ ...first, tests: lost }).problems : []),
    ],
    unsteady: [
      ...(isBroken(first) && !brokenStill ? [unsteady(first, 'the whole file', first.errors[0])] : []),
      ...failedTests(first)
        .filter(({ name }) => steady(name))
        .map(({ name, errors }) => unsteady(first, name, errors[0])),
    ],
  };
}

function unsteady({ path }, name, error = 'did not come to its end') {
  return `${path}: ${name} — ${error.split('\n', 1)[0]}`;
}

function hasFailedProperty({ errors, tests }) {
  return [...errors, ...tests.flatMap((test) => test.errors)].some((error) =>
    error.includes(FAILED_PROPERTY),
  );
}
