import type { Function as FunctionNode } from 'unbash';
import type { Variables } from './variables.ts';

/** Where a piece of script runs. `folder` moves with `cd`; a subshell gets a copy. */
export interface Shell {
  folder: string;
  readonly variables: Variables;
  readonly functions: Map<string, FunctionNode['body'] | string>;
  readonly remote: boolean;
  readonly depth: number;
}

/** One level further down: inside a substitution, a wrapper, an interpreter. */
export function deeper(shell: Shell): Shell {
  return { ...shell, depth: shell.depth + 1 };
}
