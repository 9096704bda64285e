import {
  type AndOr,
  type Command,
  type CommandArgument,
  type CommandNode,
  type CompoundList,
  type Function as FunctionNode,
  type ParsedScript,
  type PipelineNode,
  parse,
  type Redirection,
  type Statement,
  type TestExpression,
  type Word,
} from 'unbash';
import { judgeCode } from '../code/judge-code.ts';
import { resolvePath } from '../paths/normalise.ts';
import { judgeCommand } from '../rules/ordered-rules.ts';
import type { Scene } from '../scene.ts';
import { judgeSql } from '../sql/judge-sql.ts';
import { programName, type ShellCommand, type ShellRedirect } from './command.ts';
import { embeddedCommands } from './embedded.ts';
import { inlineCode, languageOf } from './interpreters.ts';
import { outputOf } from './output.ts';
import { judgePowershell } from './powershell.ts';
import { DECODED, HOLE, NETWORK } from './unknown.ts';
import { FORK_BOMB, FROM_DECODED, FROM_NETWORK, looksDestructive, UNREADABLE } from './unreadable.ts';
import { Variables } from './variables.ts';
import { resolveText, resolveWord } from './word.ts';
import { peel } from './wrappers.ts';

const MOST_BYTES = 65_536;
const MOST_DEPTH = 8;
const MOST_OUTPUT = 65_536;
const MOST_HEREDOCS = 64;
const MOST_LOOP_VALUES = 8;

/** Where a piece of script runs. `folder` moves with `cd`; a subshell gets a copy. */
interface Shell {
  folder: string;
  readonly variables: Variables;
  readonly functions: Map<string, FunctionNode['body'] | string>;
  readonly remote: boolean;
  readonly depth: number;
}

/** Judges a shell script: every command that it would start, on paper. */
export function judgeShell(text: string, scene: Scene): void {
  const cwd = scene.folder;
  const variables = new Variables(null, {
    HOME: scene.home,
    PWD: scene.cwd ?? '.',
    PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    SHELL: '/bin/bash',
    TMPDIR: '/tmp',
    TMP: '/tmp',
    TEMP: '/tmp',
    IFS: ' ',
    CLAUDE_PROJECT_DIR: scene.cwd ?? '.',
  });
  runText(text, { folder: cwd, variables, functions: new Map(), remote: false, depth: 0 }, scene, null);
}

/** Judges one program with its arguments, as an argument array gives them: no shell reads them. */
export function judgeArgv(argv: readonly string[], scene: Scene): void {
  const shell: Shell = {
    folder: scene.folder,
    variables: new Variables(null, { HOME: scene.home }),
    functions: new Map(),
    remote: false,
    depth: 0,
  };
  start(argv, [], null, shell, scene);
}

function runText(text: string, shell: Shell, scene: Scene, stdin: string | null): string {
  if (
    text.length > MOST_BYTES ||
    shell.depth >= MOST_DEPTH ||
    !scene.spendBytes(text.length) ||
    tooManyHeredocs(text)
  ) {
    if (looksDestructive(text)) scene.deny(UNREADABLE);
    return HOLE;
  }
  const script = parse(text);
  const output = runScript(script, deeper(shell), scene, stdin);
  if (script.errors !== undefined && script.errors.length > 0 && looksDestructive(text))
    scene.deny(UNREADABLE);
  return output;
}

function tooManyHeredocs(text: string): boolean {
  let count = 0;
  for (let at = text.indexOf('<<'); at >= 0; at = text.indexOf('<<', at + 2)) {
    if (++count > MOST_HEREDOCS) return true;
  }
  return false;
}

function deeper(shell: Shell): Shell {
  return { ...shell, depth: shell.depth + 1 };
}

function runScript(script: ParsedScript, shell: Shell, scene: Scene, stdin: string | null): string {
  return runStatements(script.commands, shell, scene, stdin);
}

/** A substitution: a subshell, one level deeper. */
function substitution(shell: Shell, scene: Scene): (script: ParsedScript) => string {
  return (script) => {
    if (shell.depth >= MOST_DEPTH * 2) {
      scene.deny(UNREADABLE);
      return HOLE;
    }
    return runScript(script, deeper(shell), scene, null);
  };
}

function runStatements(
  statements: readonly Statement[],
  shell: Shell,
  scene: Scene,
  stdin: string | null,
): string {
  let output = '';
  for (const statement of statements) {
    if (scene.decided) break;
    output += runNode(statement.command, shell, scene, stdin);
    if (output.length > MOST_OUTPUT) output = HOLE;
  }
  return output;
}

function runList(list: CompoundList, shell: Shell, scene: Scene, stdin: string | null): string {
  return runStatements(list.commands, shell, scene, stdin);
}

function runNode(
  node: PipelineNode | AndOr | CompoundList,
  shell: Shell,
  scene: Scene,
  stdin: string | null,
): string {
  switch (node.type) {
    case 'AndOr':
      return node.commands.map((command) => runNode(command, shell, scene, stdin)).join('');
    case 'Pipeline':
      return runPipeline(node.commands, shell, scene, stdin);
    case 'Command':
      return runCommand(node, shell, scene, stdin);
    case 'CompoundList':
    case 'BraceGroup':
      return runList(node.type === 'BraceGroup' ? node.body : node, shell, scene, stdin);
    case 'Subshell':
      return runList(node.body, { ...shell, variables: new Variables(shell.variables) }, scene, stdin);
    case 'Redirected': {
      const { redirects, input } = readRedirects(node.redirects, shell, scene);
      const output = runNode(node.command, shell, scene, input ?? stdin);
      judgeCommand(bare(shell, redirects, output), scene);
      keepFiles(redirects, output, shell, scene);
      return redirects.some((redirect) => redirect.write) ? '' : output;
    }
    case 'If':
      return [
        node.clause,
        node.then,
        ...node.elif.flatMap((elif) => [elif.clause, elif.then]),
        ...(node.else === undefined ? [] : [node.else]),
      ]
        .map((list) => runList(list, shell, scene, stdin))
        .join('');
    case 'While':
      return runList(node.clause, shell, scene, stdin) + runLoopBody(node.body, shell, scene, stdin);
    case 'For':
    case 'Select':
      return runFor(node.name, node.wordlist, node.body, shell, scene, stdin);
    case 'ArithmeticFor':
      return runList(node.body, shell, scene, stdin);
    case 'Case': {
      resolveWord(node.word, shell.variables, substitution(shell, scene));
      return node.items.map((item) => runList(item.body, shell, scene, stdin)).join('');
    }
    case 'TestCommand':
      runTest(node.expression, shell, scene);
      return '';
    case 'ArithmeticCommand':
      return '';
    case 'Function':
      return defineFunction(node, shell, scene);
    case 'Coproc':
      return runNode(node.body, shell, scene, stdin);
  }
}

/** A `while read x` loop: what is read is unknown. */
function runLoopBody(body: CompoundList, shell: Shell, scene: Scene, stdin: string | null): string {
  return runList(body, shell, scene, stdin);
}

function runFor(
  name: Word,
  wordlist: readonly Word[] | undefined,
  body: CompoundList,
  shell: Shell,
  scene: Scene,
  stdin: string | null,
): string {
  const run = substitution(shell, scene);
  const values = wordlist?.flatMap((word) => resolveWord(word, shell.variables, run)) ?? [HOLE];
  let output = '';
  for (const value of values.slice(0, MOST_LOOP_VALUES)) {
    if (scene.decided) break;
    shell.variables.set(name.value, value);
    output += runList(body, shell, scene, stdin);
  }
  if (values.length > MOST_LOOP_VALUES && !scene.decided) {
    // What is left is judged by its worst: a root among many harmless names must not hide behind them.
    for (const value of values.slice(MOST_LOOP_VALUES)) {
      if (scene.decided || !/^(\/|~|\.{1,2}$|\*)/.test(value)) continue;
      shell.variables.set(name.value, value);
      output += runList(body, shell, scene, stdin);
    }
  }
  return output.length > MOST_OUTPUT ? HOLE : output;
}

function runTest(expression: TestExpression, shell: Shell, scene: Scene): void {
  const run = substitution(shell, scene);
  switch (expression.type) {
    case 'TestUnary':
      resolveWord(expression.operand, shell.variables, run);
      return;
    case 'TestBinary':
      resolveWord(expression.left, shell.variables, run);
      resolveWord(expression.right, shell.variables, run);
      return;
    case 'TestLogical':
      for (const operand of expression.operands) runTest(operand, shell, scene);
      return;
    case 'TestNot':
      runTest(expression.operand, shell, scene);
      return;
    case 'TestGroup':
      runTest(expression.expression, shell, scene);
  }
}

function defineFunction(node: FunctionNode, shell: Shell, scene: Scene): string {
  const name = node.name.value;
  if (startsItself(node.body, name, false)) scene.deny(FORK_BOMB);
  shell.functions.set(name, node.body);
  // A function that is only defined may be called by what we do not see.
  runNode(
    node.body,
    { ...shell, variables: new Variables(shell.variables), depth: shell.depth + 1 },
    scene,
    null,
  );
  return '';
}

/** Whether a function starts itself in a pipeline or in the background. */
function startsItself(node: unknown, name: string, apart: boolean): boolean {
  if (typeof node !== 'object' || node === null) return false;
  if (Array.isArray(node)) return node.some((item) => startsItself(item, name, apart));
  const { type, background } = node as { type?: string; background?: boolean };
  if (type === 'Command') return apart && (node as Command).name?.value === name;
  const now = apart || type === 'Pipeline' || background === true;
  return Object.values(node).some((child) => startsItself(child, name, now));
}

function runPipeline(
  commands: readonly CommandNode[],
  shell: Shell,
  scene: Scene,
  stdin: string | null,
): string {
  let flow = stdin;
  for (const command of commands) {
    if (scene.decided) break;
    flow = runNode(command, commands.length > 1 ? { ...shell } : shell, scene, flow);
  }
  return flow ?? '';
}

function runCommand(node: Command, shell: Shell, scene: Scene, stdin: string | null): string {
  if (!scene.spendCommand()) {
    scene.deny(UNREADABLE);
    return HOLE;
  }
  const run = substitution(shell, scene);
  const argv = node.name === undefined ? [] : resolveWord(node.name, shell.variables, run);
  for (const argument of node.args) argv.push(...argumentText(argument, shell, run));
  const scope = node.name === undefined ? shell : { ...shell, variables: new Variables(shell.variables) };
  let assigned = false;
  for (const prefix of node.prefix) {
    if (prefix.type !== 'Assignment') continue;
    assigned = true;
    scope.variables.set(prefix.name, assignmentValue(prefix, shell, run));
  }
  const { redirects, input } = readRedirects(node.redirects, shell, scene);
  const from = input ?? stdin;
  let output = '';
  if (argv.length > 0) {
    const inner = assigned ? scope : shell;
    output = start(argv, redirects, from, inner, scene);
    if (inner !== shell) shell.folder = inner.folder;
  } else if (redirects.length > 0) {
    judgeCommand(bare(shell, redirects, from ?? ''), scene);
  }
  keepFiles(redirects, output, shell, scene);
  return redirects.some((redirect) => redirect.write) ? '' : output;
}

function argumentText(
  argument: CommandArgument,
  shell: Shell,
  run: (script: ParsedScript) => string,
): string[] {
  if (argument.type === 'Word') return resolveWord(argument, shell.variables, run);
  return [`${argument.name}=${assignmentValue(argument, shell, run)}`];
}

function assignmentValue(
  assignment: Extract<CommandArgument, { type: 'Assignment' }>,
  shell: Shell,
  run: (script: ParsedScript) => string,
): string {
  const { value } = assignment;
  const text =
    value.type === 'ArrayValue'
      ? value.elements.flatMap((element) => resolveWord(element, shell.variables, run)).join(' ')
      : resolveText(value.parts, value.value, shell.variables, run);
  return assignment.append === true ? (shell.variables.get(assignment.name) ?? '') + text : text;
}

function readRedirects(
  nodes: readonly Redirection[],
  shell: Shell,
  scene: Scene,
): { redirects: ShellRedirect[]; input: string | null } {
  const redirects: ShellRedirect[] = [];
  let input: string | null = null;
  const run = substitution(shell, scene);
  for (const node of nodes) {
    if (node.type === 'HereDoc') {
      const body = resolveText(
        node.delimiter?.quoted === true ? undefined : node.body.parts,
        node.body.text,
        shell.variables,
        run,
      );
      input = body;
    } else if (node.target !== undefined) {
      const target = resolveText(node.target.parts, node.target.value, shell.variables, run);
      if (node.type === 'HereString') input = `${target}\n`;
      else if (/^[<>]&$/.test(node.operator) && /^(\d+|-)$/.test(target)) continue;
      else {
        const write = node.operator.includes('>');
        redirects.push({ write, append: node.operator.includes('>>'), target });
        if (!write) input = scene.files.get(target) ?? substituted(target);
      }
    }
  }
  return { redirects, input };
}

/** `< <(script)` reads what the script prints; a plain file is unknown. */
function substituted(target: string): string {
  return target.startsWith('/dev/fd/') ? target.slice(8) : HOLE;
}

function bare(shell: Shell, redirects: readonly ShellRedirect[], stdin: string): ShellCommand {
  return { name: '', program: '', args: [], redirects, folder: shell.folder, remote: shell.remote, stdin };
}

function keepFiles(redirects: readonly ShellRedirect[], output: string, shell: Shell, scene: Scene): void {
  for (const { write, append, target } of redirects) {
    if (!write) continue;
    const path = resolvePath(shell.folder, target, scene.home);
    scene.remember(path, append ? (scene.files.get(path) ?? '') + output : output);
  }
}

/** Starts a program on paper: builtins, wrappers, interpreters, then the rules. Answers what it prints. */
function start(
  argv: readonly string[],
  redirects: readonly ShellRedirect[],
  stdin: string | null,
  shell: Shell,
  scene: Scene,
): string {
  if (scene.decided || argv.length === 0) return '';
  if (shell.depth > MOST_DEPTH) {
    if (looksDestructive(argv.join(' '))) scene.deny(UNREADABLE);
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
    const inner = { ...deeper(shell), remote: shell.remote || peeled.remote };
    const done =
      peeled.kind === 'script'
        ? runText(peeled.script, inner, scene, stdin)
        : start(filled(name, peeled.argv, stdin), [], name === 'xargs' ? null : stdin, inner, scene);
    return peeled.keep && peeled.kind === 'argv' && name !== 'xargs' ? done || HOLE : done;
  }
  const built = builtin(name, args, shell, scene, stdin);
  if (built !== null) return built;
  const interpreted = interpret(command, shell, scene);
  return interpreted ?? outputOf(command, scene);
}

/** What `xargs` and `parallel` append to the command they start. */
function filled(name: string, argv: readonly string[], stdin: string | null): readonly string[] {
  if (name === 'parallel') {
    const at = argv.findIndex((word) => /^:::+$/.test(word));
    const head = at < 0 ? argv : argv.slice(0, at);
    const items = at < 0 ? itemsOf(stdin) : argv.slice(at + 1);
    return head.some((word) => word.includes('{}'))
      ? head.map((word) => word.replaceAll('{}', items[0] ?? HOLE))
      : [...head, ...items];
  }
  if (name !== 'xargs') return argv;
  const items = itemsOf(stdin);
  const mark = argv.find((word) => /\{\}|^%$|^@$/.test(word));
  if (mark === undefined) return [...argv, ...items];
  return argv.flatMap((word) =>
    word === mark ? (word.length <= 2 ? items : items.map((item) => word.replaceAll('{}', item))) : [word],
  );
}

function itemsOf(stdin: string | null): string[] {
  if (stdin === null) return [HOLE];
  const items = stdin.split(/[\s]+/).filter((item) => item !== '');
  return items.length === 0 ? [HOLE] : items.slice(0, 256);
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

/** What the shell itself does; null when `name` is a program. */
function builtin(
  name: string,
  args: readonly string[],
  shell: Shell,
  scene: Scene,
  stdin: string | null,
): string | null {
  switch (name) {
    case 'cd':
    case 'pushd':
    case 'set-location': {
      const target = args.find((arg) => !arg.startsWith('-') || arg === '-') ?? scene.home;
      shell.folder = target === '-' ? HOLE : resolvePath(shell.folder, target, scene.home);
      shell.variables.set('PWD', shell.folder.startsWith('/') ? shell.folder : '.');
      return '';
    }
    case 'popd':
      shell.folder = scene.folder;
      return '';
    case 'export':
    case 'declare':
    case 'typeset':
    case 'local':
    case 'readonly':
      for (const arg of args) {
        const at = arg.indexOf('=');
        if (at > 0) shell.variables.set(arg.slice(0, at), arg.slice(at + 1));
      }
      return '';
    case 'read':
      for (const arg of args) if (/^\w+$/.test(arg)) shell.variables.set(arg, stdin?.trim() ?? HOLE);
      return '';
    case 'set': {
      const at = args.indexOf('--');
      if (at >= 0)
        for (const [index, arg] of args.slice(at + 1).entries()) shell.variables.set(String(index + 1), arg);
      return '';
    }
    case 'alias':
      for (const arg of args) {
        const at = arg.indexOf('=');
        if (at <= 0) continue;
        shell.functions.set(arg.slice(0, at), arg.slice(at + 1));
        runText(arg.slice(at + 1), deeper(shell), scene, null);
      }
      return '';
    case 'eval':
      return runAny(args.join(' '), shell, scene, stdin);
    case 'trap':
      if (args.length > 1 && args[0] !== '-') runText(args[0]!, deeper(shell), scene, null);
      return '';
    case 'source':
    case '.':
      return args[0] === undefined ? '' : runFile(args[0], 'shell', shell, scene);
    default:
      return null;
  }
}

/** Text of mixed origin that a shell will run. */
function runAny(text: string, shell: Shell, scene: Scene, stdin: string | null): string {
  if (text.includes(NETWORK)) scene.deny(FROM_NETWORK);
  if (text.includes(DECODED)) scene.deny(FROM_DECODED);
  return scene.decided ? '' : runText(text, deeper(shell), scene, stdin);
}

function runFile(file: string, language: string, shell: Shell, scene: Scene): string {
  const text = file.startsWith('/dev/fd/')
    ? file.slice(8)
    : scene.files.get(resolvePath(shell.folder, file, scene.home));
  if (text === undefined) return HOLE;
  runLanguage(language, text, shell, scene, null);
  return HOLE;
}

function runLanguage(
  language: string,
  text: string,
  shell: Shell,
  scene: Scene,
  stdin: string | null,
): string {
  if (text.includes(NETWORK)) scene.deny(FROM_NETWORK);
  if (text.includes(DECODED)) scene.deny(FROM_DECODED);
  if (scene.decided) return '';
  if (language === 'shell' || language === 'cmd') return runText(text, deeper(shell), scene, stdin);
  if (language === 'powershell')
    judgePowershell(text, scene, (argv) => void start(argv, [], null, deeper(shell), scene));
  else if (language === 'sql') judgeSql(text, scene, 'sql');
  else
    judgeCode(
      text,
      scene,
      {
        shell: (inner) => void runText(inner, deeper(shell), scene, null),
        argv: (inner) => void start(inner, [], null, deeper(shell), scene),
      },
      shell.folder,
      shell.remote,
    );
  return HOLE;
}

/** Programs that run text: from a flag, from a file that this call wrote, or from what is piped into them. */
function interpret(command: ShellCommand, shell: Shell, scene: Scene): string | null {
  const { name, args, stdin } = command;
  const inline = inlineCode(name, args);
  let output = '';
  for (const { language, text, positional } of inline) {
    const inner = positional === undefined ? shell : { ...shell, variables: positionals(positional, shell) };
    output += runLanguage(language, text, inner, scene, stdin);
  }
  const language = languageOf(name);
  if (language === null) {
    if (inline.length > 0) return HOLE;
    // `./file`, or a name on the path: a script that this call wrote.
    const written = scene.files.get(resolvePath(shell.folder, command.program, scene.home));
    if (written === undefined && !command.program.startsWith('/dev/fd/')) return null;
    return runFile(command.program, shebangLanguage(written ?? ''), shell, scene);
  }
  if (inline.length > 0) return language === 'shell' ? output : HOLE;
  const file = args.find((arg) => !/^[-+]/.test(arg));
  if (file !== undefined && file !== '-' && file !== '/dev/stdin')
    return runFile(file, language, shell, scene);
  if (stdin !== null && !args.some((arg) => /^--?(version|help|V|h)$/.test(arg)))
    runLanguage(language, stdin, shell, scene, null);
  return HOLE;
}

/** `sh -c script name first second`: `$0`, `$1`, `$2`. */
function positionals(words: readonly string[], shell: Shell): Variables {
  const rest = words.slice(1);
  const variables = new Variables(shell.variables, { '@': rest.join(' '), '*': rest.join(' ') });
  for (const [index, word] of words.slice(0, 32).entries()) variables.set(String(index), word);
  return variables;
}

function shebangLanguage(text: string): string {
  const first = /^#!\s*(\S+)(?:\s+(\S+))?/.exec(text);
  if (first === null) return 'shell';
  return languageOf(programName(first[1]!.endsWith('env') ? (first[2] ?? 'sh') : first[1]!)) ?? 'code';
}
