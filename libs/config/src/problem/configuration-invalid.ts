import { AppError } from '@gatehouse/kernel';
import { type ConfigurationProblem, compareProblems, describeProblem } from './configuration-problem.ts';

/** The configuration cannot be used. Code `CONFIG_INVALID`; the message tells every problem, one a line. */
export class ConfigurationInvalid extends AppError {
  readonly problems: readonly ConfigurationProblem[];

  constructor(problems: readonly ConfigurationProblem[]) {
    const ordered = [...problems].sort(compareProblems);
    const count = `${ordered.length} ${ordered.length === 1 ? 'problem' : 'problems'}`;
    super('CONFIG_INVALID', `${count} in the configuration:\n${ordered.map(describeProblem).join('\n')}`, {
      owner: 'operator',
      hint: 'Correct the places named; `gatehouse admin config validate` checks them without starting anything.',
    });
    this.problems = ordered;
  }
}
