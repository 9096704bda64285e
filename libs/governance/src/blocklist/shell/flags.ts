/** Arguments told apart: flags with their values, and operands in order. */
export interface Flags {
  /** Whether one of the flags is there: `f`, `force`. A long one counts when shortened as GNU getopt allows. */
  has(...names: string[]): boolean;
  /** The value of the first of these flags that has one. */
  value(...names: string[]): string | undefined;
  /** What is no flag, and no flag's value. */
  readonly operands: readonly string[];
}

type Given = readonly [name: string, value: string | undefined, long?: boolean];

const NO_VALUES: ReadonlySet<string> = new Set();

/** `values`: the flags that take the next word as their value (`n`, `file`); `--x=v` needs no listing. */
export function readFlags(args: readonly string[], values: ReadonlySet<string> = NO_VALUES): Flags {
  const given: Given[] = [];
  const operands: string[] = [];
  for (let at = 0; at < args.length; at++) {
    const arg = args[at]!;
    if (arg === '--') {
      operands.push(...args.slice(at + 1));
      break;
    }
    if (arg.length < 2 || arg[0] !== '-') {
      operands.push(arg);
    } else if (arg[1] === '-') {
      const equals = arg.indexOf('=');
      const name = equals < 0 ? arg.slice(2) : arg.slice(2, equals);
      if (equals >= 0) given.push([name, arg.slice(equals + 1), true]);
      else given.push([name, values.has(name) ? args[++at] : undefined, true]);
    } else {
      at += readCluster(arg, args[at + 1], values, given);
    }
  }
  return new GivenFlags(given, operands);
}

/** Reads `-rfn5`; answers how many following words it took. */
function readCluster(
  arg: string,
  next: string | undefined,
  values: ReadonlySet<string>,
  given: Given[],
): number {
  const whole = arg.slice(1);
  if (whole.length > 1 && values.has(whole)) {
    given.push([whole, next]);
    return 1;
  }
  // Many tools take long names after one dash (`-recurse`, `-auto-approve`).
  if (whole.length > 2)
    given.push([whole.replace(/=.*$/s, ''), whole.includes('=') ? whole.replace(/^[^=]*=/, '') : undefined]);
  for (let at = 0; at < whole.length && at < 24; at++) {
    const name = whole[at]!;
    if (values.has(name)) {
      const rest = whole.slice(at + 1);
      given.push([name, rest === '' ? next : rest]);
      return rest === '' ? 1 : 0;
    }
    given.push([name, undefined]);
  }
  return 0;
}

class GivenFlags implements Flags {
  readonly #given: readonly Given[];
  readonly operands: readonly string[];

  constructor(given: readonly Given[], operands: readonly string[]) {
    this.#given = given;
    this.operands = operands;
  }

  has(...names: string[]): boolean {
    return this.#given.some((flag) => names.some((name) => means(flag, name)));
  }

  value(...names: string[]): string | undefined {
    return this.#given.find((flag) => flag[1] !== undefined && names.some((name) => means(flag, name)))?.[1];
  }
}

function means([flag, , long]: Given, name: string): boolean {
  return flag === name || (long === true && flag.length >= 3 && name.startsWith(flag));
}
