/** One thing wrong with the configuration, with its place. Holds keys and names, never a value that was written. */
export interface ConfigurationProblem {
  /** Relative to the installation; `environment` for a variable, `arguments` for a flag. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 units. */
  readonly column: number;
  /** `mcp_servers.filesystem.limits.timeout_ms`; empty for the file itself. */
  readonly path: string;
  readonly message: string;
  readonly expected?: string;
  /** The valid key, value or name that was probably meant. */
  readonly nearest?: string;
  /** `not_built`: right as it stands, and not part of this version yet. */
  readonly kind?: 'not_built';
}

/** `file:line:column: path: message (expected …; did you mean "…"?)`, on one line. */
export function describeProblem(problem: ConfigurationProblem): string {
  const place = isFile(problem) ? `${problem.file}:${problem.line}:${problem.column}` : problem.file;
  const notes: string[] = [];
  if (problem.expected !== undefined) notes.push(`expected ${problem.expected}`);
  if (problem.nearest !== undefined) notes.push(`did you mean "${problem.nearest}"?`);
  const head = problem.path === '' ? place : `${place}: ${problem.path}`;
  return `${head}: ${problem.message}${notes.length === 0 ? '' : ` (${notes.join('; ')})`}`;
}

/** The order in which problems are told: by file, then by place. */
export function compareProblems(a: ConfigurationProblem, b: ConfigurationProblem): number {
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  return a.line - b.line || a.column - b.column || (a.path < b.path ? -1 : a.path > b.path ? 1 : 0);
}

function isFile(problem: ConfigurationProblem): boolean {
  return problem.file !== 'environment' && problem.file !== 'arguments';
}
