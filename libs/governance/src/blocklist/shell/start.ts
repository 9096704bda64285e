import type { Function as FunctionNode } from 'unbash';
import { judgeCommand } from '../rules/ordered-rules.ts';
import { judgeListedDeletion } from '../rules/remove.ts';
import type { Scene } from '../scene.ts';
import { builtin } from './builtins.ts';
import { programName, type ShellCommand, type ShellRedirect } from './command.ts';
import { embeddedCommands } from './embedded.ts';
import { interpret } from './interpret.ts';
import { MOST_DEPTH, runText } from './judge-shell.ts';
import { outputOf } from './output.ts';
import { deeper, type Shell } from './shell-state.ts';
import { HOLE } from './unknown.ts';
import { Variables } from './variables.ts';
import { runNode } from './walk.ts';
import { peel } from './wrappers.ts';

/** Starts a program on paper: builtins, wrappers, interpreters, then the rules. Answers what it prints. */
export function start(
  argv: readonly string[],
  redirects: readonly ShellRedirect[],
  stdin: string | null,
  shell: Shell,
  scene: Scene,
): string {
  if (scene.decided || argv.length === 0) return '';
  if (shell.depth > MOST_DEPTH) {
    scene.denyUnread(argv.join(' '));
    return HOLE;
  }
  const program = argv[0]!;
  const name = programName(program);
  const args = argv.slice(1);
  const body = shell.functions.get(program);
  if (body !== undefined) return callFunction(body, args, shell, scene, stdin);

  const peeled = peel(name, argv);
  const command: ShellCommand = {
    name,
    program,
    args,
    redirects,
    folder: shell.folder,
    remote: shell.remote,
    stdin,
  };
  if (peeled === null || peeled.keep || redirects.length > 0) {
    judgeCommand(peeled === null ? command : { ...command, args: peeled.own }, scene);
  }
  for (const inner of embeddedCommands(name, args)) {
    if (typeof inner === 'string') runText(inner, deeper(shell), scene, stdin);
    else start(inner, [], null, deeper(shell), scene);
  }
  if (scene.decided) return '';
  if (peeled !== null) {
    if (
      peeled.kind === 'argv' &&
      (name === 'xargs' || name === 'parallel') &&
      isUnlisted(args, peeled.argv, stdin)
    )
      judgeListedDeletion(peeled.argv, replaceMark(args) ?? '{}', scene);
    const inner = { ...deeper(shell), remote: shell.remote || peeled.remote };
    const done =
      peeled.kind === 'script'
        ? runText(peeled.script, inner, scene, stdin)
        : name === 'parallel' && isTemplate(peeled.argv)
          ? runText(filledTemplate(peeled.argv, stdin), inner, scene, null)
          : start(filled(name, args, peeled.argv, stdin), [], name === 'xargs' ? null : stdin, inner, scene);
    // These two start what the shell does itself, so that `cd` moves it.
    if (name === 'builtin' || name === 'command') shell.folder = inner.folder;
    return peeled.keep && peeled.kind === 'argv' && name !== 'xargs' ? done || HOLE : done;
  }
  const built = builtin(name, args, shell, scene, stdin);
  if (built !== null) return built;
  const interpreted = interpret(command, shell, scene);
  return interpreted ?? outputOf(command, scene);
}

const SEPARATOR = /^:::+$/;

/** Whether `parallel` is given its command as one text for a shell, or each of its items is one. */
function isTemplate(argv: readonly string[]): boolean {
  return SEPARATOR.test(argv[0]!) || (/\s/.test(argv[0]!) && (argv.length === 1 || SEPARATOR.test(argv[1]!)));
}

/** The commands that come of such a text, one a line. */
function filledTemplate(argv: readonly string[], stdin: string | null): string {
  const at = argv.findIndex((word) => SEPARATOR.test(word));
  const template = at === 0 ? '{}' : argv[0]!;
  const items = at < 0 ? linesOf(stdin) : argv.slice(at + 1);
  return items
    .map((item) => (template.includes('{}') ? template.replaceAll('{}', () => item) : `${template} ${item}`))
    .join('\n');
}

/** Whether nothing is known of what `xargs` or `parallel` will append. */
function isUnlisted(args: readonly string[], argv: readonly string[], stdin: string | null): boolean {
  if (argv.some((word) => SEPARATOR.test(word))) return false;
  return args.some((arg) => /^(?:-a.*|--arg-file(?:=.*)?)$/.test(arg)) || itemsOf(stdin).includes(HOLE);
}

/** What `xargs` and `parallel` append to the command they start. */
function filled(
  name: string,
  args: readonly string[],
  argv: readonly string[],
  stdin: string | null,
): readonly string[] {
  if (name === 'parallel') {
    const at = argv.findIndex((word) => SEPARATOR.test(word));
    const head = at < 0 ? argv : argv.slice(0, at);
    const items = at < 0 ? linesOf(stdin) : argv.slice(at + 1);
    if (!head.some((word) => word.includes('{}'))) return [...head, ...items];
    // It runs once for each: the lines of a script follow one another, arguments stand side by side.
    const script = head.indexOf('-c') + 1;
    return head.flatMap((word, index) => {
      if (word === '{}' && index !== script) return items;
      return word.replaceAll('{}', () => (index === script && script > 0 ? items.join('\n') : items[0]!));
    });
  }
  if (name !== 'xargs') return argv;
  const items = itemsOf(stdin);
  const mark = replaceMark(args);
  if (mark === null) return [...argv, ...items];
  // A line at a time takes the place of the mark; `{}` alone stands for each of them.
  const lines = linesOf(stdin);
  return argv.flatMap((word) => (word === mark ? lines : [word.replaceAll(mark, () => items.join(' '))]));
}

/** What `xargs -I` replaces: `-I {}`, `-I%`, `-i`, `--replace`, and `-J` of BSD. */
function replaceMark(args: readonly string[]): string | null {
  for (const [at, arg] of args.entries()) {
    if (arg === '-I' || arg === '-J') return args[at + 1] ?? '{}';
    if (arg === '-i' || arg === '--replace' || arg === '--replace=') return '{}';
    if (/^-[Ii]./.test(arg)) return arg.slice(2);
    if (arg.startsWith('--replace=')) return arg.slice(10);
    if (
      !arg.startsWith('-') &&
      at > 0 &&
      !/^-[nPLdEsaRS]$|^--(?:max-args|max-procs|max-chars|delimiter|arg-file)$/.test(args[at - 1]!)
    )
      return null;
  }
  return null;
}

function itemsOf(stdin: string | null): string[] {
  if (stdin === null) return [HOLE];
  const items = stdin.split(/[\s]+/).filter((item) => item !== '');
  return items.length === 0 ? [HOLE] : items.slice(0, 4096);
}

/** The lines of what is piped in, as `xargs -I` takes them. */
function linesOf(stdin: string | null): string[] {
  const lines = (stdin ?? HOLE).split('\n').filter((line) => line.trim() !== '');
  return lines.length === 0 ? [HOLE] : lines.slice(0, 4096);
}

function callFunction(
  body: FunctionNode['body'] | string,
  args: readonly string[],
  shell: Shell,
  scene: Scene,
  stdin: string | null,
): string {
  if (typeof body === 'string')
    return runText([body, ...args.map(quote)].join(' '), deeper(shell), scene, stdin);
  const variables = new Variables(shell.variables, {
    '@': args.join(' '),
    '*': args.join(' '),
    '#': String(args.length),
  });
  for (const [index, arg] of args.slice(0, 32).entries()) variables.set(String(index + 1), arg);
  // Within its own body the name is not followed again.
  const functions = new Map(shell.functions);
  for (const [name, value] of functions) if (value === body) functions.delete(name);
  return runNode(body, { ...deeper(shell), variables, functions }, scene, stdin);
}

function quote(text: string): string {
  return /^[\w./:=,@%+-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
