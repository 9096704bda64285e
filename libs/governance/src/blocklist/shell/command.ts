/** One program as it would start: wrappers peeled, words resolved. */
export interface ShellCommand {
  /** Base name, lower case, without `.exe` and without the version of an interpreter (`python3.12` is `python`). */
  readonly name: string;
  /** The program as it was written. */
  readonly program: string;
  readonly args: readonly string[];
  readonly redirects: readonly ShellRedirect[];
  /** The folder it runs in, as `paths/normalise.ts` writes folders. */
  readonly folder: string;
  /** It runs on another machine or in a container: paths are not ours. */
  readonly remote: boolean;
  /** What it reads, with unknowns marked; null when nothing is piped into it. */
  readonly stdin: string | null;
}

export interface ShellRedirect {
  readonly write: boolean;
  readonly append: boolean;
  readonly target: string;
}

const VERSIONED = /^(python|pypy|pip|perl|ruby|node|nodejs|php|lua|bash|zsh|ksh)[-\d.]+w?$/;

/** The name by which rules know a program. */
export function programName(program: string): string {
  const base = program.slice(Math.max(program.lastIndexOf('/'), program.lastIndexOf('\\')) + 1).toLowerCase();
  const name = base.replace(/\.(exe|cmd|bat)$/, '');
  return VERSIONED.exec(name)?.[1] ?? name;
}
