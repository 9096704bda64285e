import type {
  AndOr,
  Command,
  CommandArgument,
  CommandNode,
  CompoundList,
  Function as FunctionNode,
  ParsedScript,
  PipelineNode,
  Statement,
  TestExpression,
  Word,
} from 'unbash';
import { judgeCommand } from '../rules/ordered-rules.ts';
import type { Scene } from '../scene.ts';
import { MOST_DEPTH } from './judge-shell.ts';
import { keepFiles, onlyRedirects, readRedirects } from './redirects.ts';
import { deeper, type Shell } from './shell-state.ts';
import { start } from './start.ts';
import { HOLE } from './unknown.ts';
import { FORK_BOMB, UNREADABLE } from './unreadable.ts';
import { Variables } from './variables.ts';
import { resolveText, resolveWord } from './word.ts';

const MOST_OUTPUT = 65_536;

/** A substitution: a subshell, one level deeper. */
export function substitution(shell: Shell, scene: Scene): (script: ParsedScript) => string {
  return (script) => {
    if (shell.depth >= MOST_DEPTH * 2) {
      scene.deny(UNREADABLE);
      return HOLE;
    }
    return runStatements(script.commands, deeper(shell), scene, null);
  };
}

export function runStatements(
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

export function runNode(
  node: PipelineNode | AndOr | CompoundList,
  shell: Shell,
  scene: Scene,
  stdin: string | null,
): string {
  if (scene.decided || !scene.spendStep()) return HOLE;
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
      judgeCommand(onlyRedirects(shell, redirects, output), scene);
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
      return runList(node.clause, shell, scene, stdin) + runList(node.body, shell, scene, stdin);
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
  for (const value of values) {
    if (scene.decided || scene.exhausted) break;
    shell.variables.set(name.value, value);
    output += runList(body, shell, scene, stdin);
    if (output.length > MOST_OUTPUT) output = HOLE;
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
    judgeCommand(onlyRedirects(shell, redirects, from ?? ''), scene);
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
