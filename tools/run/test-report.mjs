/**
 * What a project's JSON report of Vitest amounts to. A file that could not be loaded, and a run that failed outside
 * its tests, count as one failure each.
 *
 * @param {{ success: boolean, numPassedTests: number, numFailedTests: number,
 *   testResults: { name: string, status: string, message: string,
 *     assertionResults: { status: string, fullName: string, failureMessages: string[] }[] }[] }} report
 */
export function countReport(report) {
  const unloaded = report.testResults.filter(
    (file) => file.status === 'failed' && file.assertionResults.every(({ status }) => status !== 'failed'),
  );
  const failed = report.numFailedTests + unloaded.length;
  return {
    passed: report.numPassedTests,
    failed: failed === 0 && !report.success ? 1 : failed,
    problems: [
      ...unloaded.map(({ name, message }) => `${name}: ${message}`),
      ...report.testResults.flatMap((file) =>
        file.assertionResults
          .filter(({ status }) => status === 'failed')
          .map(
            ({ fullName, failureMessages: [first = ''] }) =>
              `${file.name}: ${fullName}\n  ${first.slice(0, 2000)}`,
          ),
      ),
    ],
  };
}
