import { AppError } from '@gatehouse/kernel';
import { escapeUnsafe, terminalLines } from '../report/terminal-text.ts';
import { isUsageError } from './exit-code.ts';

export interface FailureView {
  readonly json: boolean;
  /** Show where an unexpected error came from. */
  readonly verbose: boolean;
  /** The command's id, as `infra:db:query`; empty where there is none. */
  readonly command: string;
}

/** A failure for standard error: what went wrong, and what to do about it. Ends with a line break. */
export function renderFailure(error: unknown, view: FailureView): string {
  const { code, message, hint } = explain(error, view);
  if (view.json) {
    const failure = { error: { code, message, ...(hint === undefined ? {} : { hint }) } };
    return `${escapeUnsafe(JSON.stringify(failure))}\n`;
  }
  const lines = [`Error: ${terminalLines(message)}`];
  if (hint !== undefined) lines.push(`  ${terminalLines(hint)}`);
  return `${lines.join('\n')}\n`;
}

function explain(error: unknown, view: FailureView): { code: string; message: string; hint?: string } {
  if (error instanceof AppError) return { code: error.code, message: error.message, ...hintOf(error.hint) };
  if (isUsageError(error)) {
    const help = `gatehouse ${[...view.command.split(':').filter(Boolean), '--help'].join(' ')}`;
    return { code: 'CLI_USAGE', message: withoutHelpLine(error.message), hint: `See: ${help}` };
  }
  const message = error instanceof Error ? error.message : String(error);
  const stack = error instanceof Error && view.verbose ? error.stack : undefined;
  return {
    code: 'CLI_UNEXPECTED',
    message: stack ?? message,
    ...(view.verbose ? {} : { hint: '--verbose says more.' }),
  };
}

function hintOf(hint: string | undefined): { hint?: string } {
  return hint === undefined ? {} : { hint };
}

/** oclif's own advice says the same as ours. */
function withoutHelpLine(message: string): string {
  return message
    .split('\n')
    .filter((line) => line.trim() !== 'See more help with --help')
    .join('\n')
    .trim();
}
