import { linesOf } from '../line.ts';
import type { CommandRule } from '../rule.ts';
import { programName, type ShellCommand } from '../shell/command.ts';
import { TEARDOWN } from './cli-table.ts';

const LINES = linesOf('infrastructure_teardown', {
  'cli-teardown': 'It deletes, stops or overwrites what a service keeps, by a subcommand known to do so.',
  'cli-delete-verb': 'Its subcommand deletes or destroys.',
});

const SUFFIX = /\.(?:sh|py|rb|jar)$/;

interface Pattern {
  readonly words: readonly ((word: string) => boolean)[];
  /** A place in `words` before which any words may stand. */
  readonly anywhere: boolean;
  readonly flags: readonly string[];
}

const PATTERNS = new Map(Object.entries(TEARDOWN).map(([program, texts]) => [program, texts.map(compile)]));

/** Programs whose words are text, files or targets of the project, never verbs of a service. */
const NOT_VERBS = new Set(
  (
    'git hg jj echo printf cat grep egrep fgrep rg ag ack sed awk gawk head tail less more ls cp mv rm mkdir touch man tldr info help which type whereis whatis apropos ' +
    'npm npx pnpm yarn bun node deno tsx ts-node python pip pipx uv poetry ruby bundle gem cargo go rustc javac java mvn gradle make gmake cmake ninja just task bazel nx turbo lerna ' +
    'jest vitest pytest mocha playwright playwright-cli cypress eslint prettier biome tsc tox nox code vim vi nvim nano emacs open xdg-open test [ [[ expr true false : cd pushd popd export ' +
    'set unset alias local declare read wait sleep date diff patch sort uniq cut tr wc tee xargs find fd env time jq yq curl wget ssh scp rsync tar zip unzip gzip apt apt-get dnf yum brew apk pacman ' +
    'mysql psql sqlite3 mongosh mongo redis-cli bq-query if for while case function return exit trap tmux screen gatehouse claude'
  ).split(' '),
);
const VERB =
  /^(?:delete|destroy|purge|terminate|nuke|obliterate|erase|wipe|drop)(?:$|[-_:](?!never))|^[\w.-]+:(?:delete|destroy|purge|remove|drop|reset|wipe)$|^(?:db|data|database)[-:](?:drop|reset|wipe)$/i;
const DRY =
  /^(?:--?dry-?run(?:=(?!none$|false$).*)?|--dryrun|--what-?if|-WhatIf|--check|--noop|--simulate|--help)$/i;

/** Judges the subcommands of a program that manages something elsewhere. */
export const judgeCli: CommandRule = (command, scene) => {
  const { name, args } = scriptRun(command) ?? command;
  const patterns = PATTERNS.get(name.replace(SUFFIX, ''));
  if ((args.length === 0 && patterns === undefined) || isDry(args)) return;
  if (patterns?.some((pattern) => matches(pattern, args)) === true) scene.deny(LINES['cli-teardown']);
  if (NOT_VERBS.has(name) || NOT_VERBS.has(command.name)) return;
  const words = positionals(args).slice(0, 3);
  // Operands name things (`show drop`); only the subcommand itself is a verb.
  if (words.some(({ word }) => VERB.test(word)) && !readsOnly(words[0]!.word))
    scene.deny(LINES['cli-delete-verb']);
};

function isDry(args: readonly string[]): boolean {
  return (
    args.some((arg) => DRY.test(arg)) ||
    args[0] === 'help' ||
    args.at(-1) === '-h' ||
    (args.length === 1 && args[0] === '--version')
  );
}

/** A tool that another program runs: `java -jar jenkins-cli.jar …`, `php artisan …`, `python manage.py …`. */
function scriptRun({ name, args }: ShellCommand): Pick<ShellCommand, 'name' | 'args'> | null {
  if (!/^(?:java|php|python|pypy|ruby)$/.test(name)) return null;
  const at = name === 'java' ? args.indexOf('-jar') + 1 : args.findIndex((arg) => !arg.startsWith('-'));
  const file = args[at];
  if (file === undefined || (name === 'java' && at === 0)) return null;
  return { name: programName(file).replace(/\.(?:jar|py|php|rb)$/, ''), args: args.slice(at + 1) };
}

export const MANAGED_PROGRAMS: readonly string[] = [...PATTERNS.keys()];

export function isManagedProgram(name: string): boolean {
  return PATTERNS.has(name.replace(SUFFIX, ''));
}

/** What stands at the beginning of every word that `isDeleteVerb` knows, or behind a sign in it. */
export const DELETE_VERBS =
  'delete destroy purge terminate nuke obliterate erase wipe drop remove reset'.split(' ');

export const isDeleteVerb = (word: string): boolean => VERB.test(word);

function readsOnly(word: string): boolean {
  return (
    /^(?:get|list|ls|show|describe|search|find|view|explain|help|logs?|cat|run|test|build|add|create|new|echo|commit|-)$/.test(
      word,
    ) || /[./\s]/.test(word)
  );
}

interface Positional {
  readonly word: string;
  /** It follows a flag, so it may be that flag's value. */
  readonly maybeValue: boolean;
}

function positionals(args: readonly string[]): Positional[] {
  const words: Positional[] = [];
  for (const [at, word] of args.entries()) {
    if (word === '--') break;
    if (word.startsWith('-') || words.length >= 12) continue;
    const before = args[at - 1];
    words.push({ word, maybeValue: before?.startsWith('-') === true && !before.includes('=') });
  }
  return words;
}

function matches(pattern: Pattern, args: readonly string[]): boolean {
  return pattern.flags.every((flag) => hasFlag(args, flag)) && matchWords(pattern, 0, positionals(args), 0);
}

function matchWords(pattern: Pattern, at: number, words: readonly Positional[], from: number): boolean {
  const wanted = pattern.words[at];
  if (wanted === undefined) return true;
  const limit = pattern.anywhere ? 6 : words.length;
  for (let index = from; index < words.length && index < limit; index++) {
    const { word, maybeValue } = words[index]!;
    if (wanted(word) && matchWords(pattern, at + 1, words, index + 1)) return true;
    if (!maybeValue && !pattern.anywhere) return false;
    if (pattern.anywhere && index === from && /^(?:list|get|describe|show)$/.test(word)) return false;
  }
  return false;
}

function hasFlag(args: readonly string[], flag: string): boolean {
  if (/^-[A-Za-z]$/.test(flag)) return args.some((arg) => new RegExp(`^-[A-Za-z]*${flag[1]}`).test(arg));
  const [name, value] = flag.split('=');
  return args.some(
    (arg, at) =>
      arg === flag ||
      (value === undefined ? arg.startsWith(`${flag}=`) : arg === name && args[at + 1] === value),
  );
}

function compile(text: string): Pattern {
  const parts = text.split(' ').filter((part) => part !== '');
  const words = parts.filter((part) => !part.startsWith('+') && part !== '**').map(wordTest);
  return {
    words,
    anywhere: parts.includes('**'),
    flags: parts.filter((part) => part.startsWith('+')).map((part) => part.slice(1)),
  };
}

/** `a|b*`: either, with `*` for any run. */
function wordTest(text: string): (word: string) => boolean {
  if (text === '*') return () => true;
  const source = text.split('|').map((one) => one.replace(/[.+?^${}()[\]\\]/g, '\\$&').replaceAll('*', '.*'));
  const pattern = new RegExp(`^(?:${source.join('|')})$`, /[A-Z]/.test(text) ? '' : 'i');
  return (word) => pattern.test(word);
}
