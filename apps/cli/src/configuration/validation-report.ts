import { type ConfigurationProblem, describeProblem } from '@gatehouse/config';
import type { Report } from '../report/report.ts';

/** What is wrong with the configuration; exit code 1 when anything is. */
export function validationReport(problems: readonly ConfigurationProblem[]): Report {
  const valid = problems.length === 0;
  return {
    artifactType: 'table',
    title: valid ? 'The configuration is valid' : `${problems.length} problems in the configuration`,
    data: { valid, problems: problems.map((problem) => ({ ...problem })) },
    hints: { columns: ['file', 'line', 'column', 'path', 'message'] },
    parts: problems.map((problem) => ({ kind: 'text', text: describeProblem(problem) })),
    exitCode: valid ? 0 : 1,
  };
}
