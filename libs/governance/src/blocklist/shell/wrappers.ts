import { WRAPPERS, type Wrapper } from './wrapper-table.ts';

/** What a wrapper starts: an argument array, or text for a shell. */
export type Peeled =
  | PeeledOf<'argv', { readonly argv: readonly string[] }>
  | PeeledOf<'script', { readonly script: string }>;

type PeeledOf<Kind extends string, Inner> = Inner & {
  readonly kind: Kind;
  readonly remote: boolean;
  /** Rules look at the wrapper itself too, with these of its arguments. */
  readonly keep: boolean;
  readonly own: readonly string[];
};

const READY = new Map(
  Object.entries(WRAPPERS).map(([name, wrappers]) => [
    name,
    wrappers.map((wrapper) => ({
      ...wrapper,
      values: new Set([...words(wrapper.values), ...words(wrapper.scripts)]),
      scripts: new Set(words(wrapper.scripts)),
      after: words(wrapper.after),
    })),
  ]),
);

export const WRAPPER_PROGRAMS: readonly string[] = [...READY.keys()];

/** Whether a program of this name may start another. */
export function isWrapper(name: string): boolean {
  return READY.has(name);
}

/** The command that `argv` starts, when its program only wraps another; null when it is a program of its own. */
export function peel(name: string, argv: readonly string[]): Peeled | null {
  const wrappers = READY.get(name);
  if (wrappers === undefined) return null;
  for (const wrapper of wrappers) {
    const peeled = peelOne(wrapper, argv);
    if (peeled !== null) return peeled;
  }
  return null;
}

type Ready = Omit<Wrapper, 'values' | 'scripts' | 'after'> & {
  readonly values: ReadonlySet<string>;
  readonly scripts: ReadonlySet<string>;
  readonly after: readonly string[];
};

function peelOne(wrapper: Ready, argv: readonly string[]): Peeled | null {
  const remote = wrapper.remote === true;
  const keep = wrapper.keep === true;
  let at = 1;
  if (wrapper.after.length > 0) {
    at = argv.findIndex((word, index) => index > 0 && index < 8 && wrapper.after.includes(word)) + 1;
    if (at === 0) return null;
  }
  if (wrapper.scripts.size > 0) {
    const script = scriptOf(wrapper.scripts, argv, at);
    if (script !== null) return { kind: 'script', script, remote, keep, own: argv.slice(1) };
    if (!wrapper.joined) return null;
  }
  let start: number;
  if (wrapper.dashes === true) {
    start = argv.indexOf('--', at) + 1;
    if (start === 0) return null;
  } else {
    start = skipFlags(argv, at, wrapper);
    for (let skipped = 0; skipped < (wrapper.skip ?? 0); skipped++)
      start = skipFlags(argv, start + 1, wrapper);
  }
  const inner = argv.slice(start);
  if (inner.length === 0) return null;
  // What runs elsewhere says nothing about this machine's paths.
  const own = argv.slice(1, remote ? start : undefined);
  return wrapper.joined === true
    ? { kind: 'script', script: inner.join(' '), remote, keep, own }
    : { kind: 'argv', argv: inner, remote, keep, own };
}

/** The index of the first word that is neither a flag, a flag's value nor (where they may stand) an assignment. */
function skipFlags(argv: readonly string[], from: number, wrapper: Ready): number {
  let at = from;
  for (; at < argv.length; at++) {
    const word = argv[at]!;
    if (word === '--') return at + 1;
    if (word.startsWith('-') && word.length > 1) {
      if (takesNext(word, wrapper.values)) at++;
    } else if (!(wrapper.assignments === true && /^\w+=/.test(word))) {
      break;
    }
  }
  return at;
}

function takesNext(word: string, values: ReadonlySet<string>): boolean {
  if (word.startsWith('--')) return !word.includes('=') && values.has(word.slice(2));
  // In a cluster only the last letter can still want a value: `-it`, but `-n5` carries its own.
  const first = word
    .slice(1)
    .split('')
    .findIndex((letter) => values.has(letter));
  return values.has(word.slice(1)) || (first >= 0 && first === word.length - 2);
}

function scriptOf(flags: ReadonlySet<string>, argv: readonly string[], from: number): string | null {
  for (let at = from; at < argv.length; at++) {
    const word = argv[at]!;
    if (!word.startsWith('-')) continue;
    const equals = word.indexOf('=');
    const name = word.replace(/^-+/, '').replace(/=.*$/s, '');
    if (flags.has(name)) return equals > 0 ? word.slice(equals + 1) : (argv[at + 1] ?? null);
    if (/^-[A-Za-z]{2,}$/.test(word) && flags.has(word.at(-1)!)) return argv[at + 1] ?? null;
  }
  return null;
}

function words(text: string | undefined): string[] {
  return text === undefined || text === '' ? [] : text.split(' ');
}
