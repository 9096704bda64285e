/** Programs that run text: which flag carries it, and in which language it is. */
export type Language = 'shell' | 'powershell' | 'cmd' | 'code' | 'sql';

export interface InlineCode {
  readonly language: Language;
  readonly text: string;
  /** What follows a shell's script: its `$0`, `$1`, … */
  readonly positional?: readonly string[];
}

const SHELLS = new Set('sh bash dash zsh ksh mksh ash rbash fish csh tcsh yash busybox-sh'.split(' '));
const POWERSHELLS = new Set(['powershell', 'pwsh']);

/** Flags that carry a program text, by interpreter. */
const CODE: Readonly<Record<string, string>> = {
  python: 'c',
  pypy: 'c',
  ipython: 'c',
  node: 'e eval p print pe',
  nodejs: 'e eval p print pe',
  bun: 'e eval p print',
  tsx: 'e eval p print',
  'ts-node': 'e eval p print',
  perl: 'e E',
  ruby: 'e',
  php: 'r',
  lua: 'e',
  luajit: 'e',
  rscript: 'e',
  julia: 'e E eval print',
  osascript: 'e',
  elixir: 'e eval',
  groovy: 'e',
  scala: 'e',
  swift: 'e',
  tclsh: 'c',
  jshell: 'e',
  emacs: 'eval',
  vim: 'c cmd',
  vi: 'c',
  nvim: 'c cmd',
  ex: 'c',
};
/** Interpreters whose program is their first operand. */
const FIRST_OPERAND = new Set(['awk', 'gawk', 'mawk', 'nawk']);

export const INTERPRETERS: readonly string[] = [
  ...SHELLS,
  ...POWERSHELLS,
  'cmd',
  'deno',
  ...Object.keys(CODE),
];

export function isShell(name: string): boolean {
  return SHELLS.has(name);
}

/** Programs that run a script file, or what they read, when no flag carries text. */
export function languageOf(name: string): Language | null {
  if (SHELLS.has(name)) return 'shell';
  if (POWERSHELLS.has(name)) return 'powershell';
  if (name === 'cmd') return 'cmd';
  if (name === 'deno') return 'code';
  return Object.hasOwn(CODE, name) && !/^(vim?|nvim|ex|emacs)$/.test(name) ? 'code' : null;
}

/** What an interpreter is told to run on its command line. */
export function inlineCode(name: string, args: readonly string[]): InlineCode[] {
  if (SHELLS.has(name)) return shellText(args);
  if (POWERSHELLS.has(name)) return powershellText(args);
  if (name === 'cmd') {
    const at = args.findIndex((arg) => /^\/[ckr]$/i.test(arg));
    return at < 0 ? [] : [{ language: 'cmd', text: args.slice(at + 1).join(' ') }];
  }
  if (name === 'deno')
    return args[0] === 'eval' ? code(args.slice(1).filter((arg) => !arg.startsWith('-'))) : [];
  if (name === 'sed' || name === 'gsed')
    return args.flatMap((arg) => shell(/(?:^|[;}\d$/])e\s+(\S[^\n]*)/.exec(arg)?.[1]));
  if (FIRST_OPERAND.has(name)) return code(args.filter((arg) => /system|getline|\||>/.test(arg)));
  const flags = Object.hasOwn(CODE, name) ? CODE[name] : undefined;
  if (flags === undefined) return [];
  const texts = flagTexts(flags.split(' '), args);
  texts.push(...args.filter((arg) => arg.startsWith('+')).map((arg) => arg.slice(1)));
  if (!/^(?:vim?|nvim|ex)$/.test(name)) return code(texts);
  // An editor's `:!` starts a shell.
  return texts.flatMap((text) => (/^:?\s*!/.test(text) ? shell(text.replace(/^[:\s!]+/, '')) : code([text])));
}

function code(texts: readonly string[]): InlineCode[] {
  return texts.map((text) => ({ language: 'code', text }));
}

function shellText(args: readonly string[]): InlineCode[] {
  for (let at = 0; at < args.length; at++) {
    const arg = args[at]!;
    if (arg === '--command' || arg === '--init-command') return shell(args[at + 1]);
    if (arg.startsWith('--command=')) return shell(arg.slice(10));
    if (arg === '-o' || arg === '+o' || arg === '-O' || arg === '--rcfile' || arg === '--init-file') at++;
    else if (/^-[A-Za-z]*c[A-Za-z]*$/.test(arg)) {
      // `bash -c -e 'script'`: the script is the first operand after the flags.
      const script = args.findIndex((word, index) => index > at && !/^[-+][A-Za-z]/.test(word));
      return script < 0
        ? []
        : [{ language: 'shell', text: args[script]!, positional: args.slice(script + 1) }];
    } else if (!arg.startsWith('-') && !arg.startsWith('+')) return [];
  }
  return [];
}

function shell(text: string | undefined): InlineCode[] {
  return text === undefined ? [] : [{ language: 'shell', text }];
}

function powershellText(args: readonly string[]): InlineCode[] {
  for (let at = 0; at < args.length; at++) {
    const flag = args[at]!.toLowerCase().replace(/^[-/]+/, '-');
    // PowerShell takes any prefix of a parameter's name.
    if (/^-e(c|n|nc.*)?$/.test(flag)) {
      const text = Buffer.from(args[at + 1] ?? '', 'base64').toString('utf16le');
      return [{ language: 'powershell', text }];
    }
    if (/^-c(o.*)?$/.test(flag)) return [{ language: 'powershell', text: args.slice(at + 1).join(' ') }];
    if (/^-(ex.*|ep|w.*|f|fi.*|v.*|o.*|i|inp.*|conf.*|psc.*)$/.test(flag)) {
      if (flag.startsWith('-f')) return [];
      at++;
    } else if (!flag.startsWith('-')) {
      return [{ language: 'powershell', text: args.slice(at).join(' ') }];
    }
  }
  return [];
}

function flagTexts(flags: readonly string[], args: readonly string[]): string[] {
  const texts: string[] = [];
  for (const [at, arg] of args.entries()) {
    const next = args[at + 1];
    for (const flag of flags) {
      const long = flag.length > 2;
      if (arg === `--${flag}` || arg === `-${flag}`) {
        if (next !== undefined) texts.push(next);
      } else if (arg.startsWith(`--${flag}=`)) {
        texts.push(arg.slice(flag.length + 3));
      } else if (!long && /^-[A-Za-z0-9]+$/.test(arg) && arg.endsWith(flag)) {
        if (next !== undefined) texts.push(next);
      } else if (!long && arg.startsWith(`-${flag}`) && arg.length > 2 && !/^-[A-Za-z]+$/.test(arg)) {
        texts.push(arg.slice(flag.length + 1));
      }
    }
  }
  return texts;
}
