/** What says how `find` walks or what it does, and not which files it takes. */
const NO_FILTER = /^-(delete|exec|execdir|ok|okdir|print0?|depth|d|mindepth|maxdepth|xdev|mount|H|L|P|type)$/;

/** The arguments of `find`, told apart. */
export interface FindArguments {
  /** The folders it begins in. */
  readonly starts: readonly string[];
  /** It takes every file below them. */
  readonly takesAll: boolean;
}

export function findArguments(args: readonly string[]): FindArguments {
  const starts: string[] = [];
  for (const arg of args) {
    if (/^[-(!]/.test(arg)) break;
    starts.push(arg);
  }
  const expression = args.slice(starts.length);
  const end = expression.findIndex((arg) => arg.startsWith('-exec') || arg.startsWith('-ok'));
  const tests = (end < 0 ? expression : expression.slice(0, end)).filter(
    (arg) => arg.startsWith('-') && !NO_FILTER.test(arg),
  );
  const takesAll =
    tests.length === 0 || expression.some((arg, at) => /^-i?name$/.test(arg) && expression[at + 1] === '*');
  return { starts: starts.length === 0 ? ['.'] : starts, takesAll };
}
