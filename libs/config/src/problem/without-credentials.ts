import type { Scanner } from '@gatehouse/secret-scanner';
import type { ConfigurationProblem } from './configuration-problem.ts';

let scanner: Promise<Scanner> | undefined;

/** Loaded with the first look: a start without problems does not pay for it. */
function theScanner(): Promise<Scanner> {
  scanner ??= import('@gatehouse/secret-scanner').then(({ createScanner }) => createScanner());
  return scanner;
}

/** The text with known credentials redacted: somebody may have written one where none belongs (threat T24). */
export async function withoutCredentials(text: string): Promise<string> {
  return text === '' ? text : ((await theScanner()).redact(text).value as string);
}

/** The same for what problems say of keys and names. */
export async function problemsWithoutCredentials(
  problems: readonly ConfigurationProblem[],
): Promise<ConfigurationProblem[]> {
  return Promise.all(
    problems.map(async (problem) => ({
      ...problem,
      file: await withoutCredentials(problem.file),
      path: await withoutCredentials(problem.path),
      message: await withoutCredentials(problem.message),
      ...(problem.expected === undefined ? {} : { expected: await withoutCredentials(problem.expected) }),
      ...(problem.nearest === undefined ? {} : { nearest: await withoutCredentials(problem.nearest) }),
    })),
  );
}
