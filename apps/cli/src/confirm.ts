import { createInterface } from 'node:readline/promises';
import { cliError } from './errors/cli-error.ts';

/** Asks at the terminal, on standard error. @throws AppError `CLI_CANCELLED` unless the answer is yes */
export async function confirm(question: string): Promise<void> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await terminal.question(`${question} [y/N] `);
    if (!/^y(?:es)?$/i.test(answer.trim())) throw cliError('CLI_CANCELLED');
  } finally {
    terminal.close();
  }
}
