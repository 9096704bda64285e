import { judgeCode } from '../code/judge-code.ts';
import { resolvePath } from '../paths/normalise.ts';
import type { Scene } from '../scene.ts';
import { judgeSql } from '../sql/judge-sql.ts';
import { programName, type ShellCommand } from './command.ts';
import { inlineCode, type Language, languageOf } from './interpreters.ts';
import { runText } from './judge-shell.ts';
import { judgePowershell } from './powershell.ts';
import { deeper, type Shell } from './shell-state.ts';
import { start } from './start.ts';
import { DECODED, HOLE, NETWORK } from './unknown.ts';
import { FROM_DECODED, FROM_NETWORK } from './unreadable.ts';
import { Variables } from './variables.ts';

/** Runs a script file, when this call wrote it or it is what a substitution prints. */
export function runFile(file: string, language: Language, shell: Shell, scene: Scene): string {
  const text = file.startsWith('/dev/fd/')
    ? file.slice(8)
    : scene.files.get(resolvePath(shell.folder, file, scene.home));
  if (text === undefined) return HOLE;
  runLanguage(language, text, shell, scene, null);
  return HOLE;
}

/** Runs text in a language, on paper. What came from the network or was decoded is denied unread. */
export function runLanguage(
  language: Language,
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
export function interpret(command: ShellCommand, shell: Shell, scene: Scene): string | null {
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
    const written = writtenProgram(command.program, shell, scene);
    if (written === undefined && !command.program.startsWith('/dev/fd/')) return null;
    if (written !== undefined) return runLanguage(shebangLanguage(written), written, shell, scene, null);
    return runFile(command.program, 'shell', shell, scene);
  }
  if (inline.length > 0) return language === 'shell' ? output : HOLE;
  const file = args.find((arg) => !/^[-+]/.test(arg));
  if (file !== undefined && file !== '-' && file !== '/dev/stdin')
    return runFile(file, language, shell, scene);
  if (stdin !== null && !args.some((arg) => /^--?(version|help|V|h)$/.test(arg)))
    runLanguage(language, stdin, shell, scene, null);
  return HOLE;
}

/** What this call wrote to the file that a program's name stands for, also on the usual search path. */
function writtenProgram(program: string, shell: Shell, scene: Scene): string | undefined {
  const written = scene.files.get(resolvePath(shell.folder, program, scene.home));
  if (written !== undefined || program.includes('/') || scene.files.size === 0) return written;
  for (const folder of [
    '/usr/local/bin',
    '/usr/bin',
    '/bin',
    `${scene.home}/.local/bin`,
    `${scene.home}/bin`,
  ]) {
    const text = scene.files.get(`${folder}/${program}`);
    if (text !== undefined) return text;
  }
  return undefined;
}

/** `sh -c script name first second`: `$0`, `$1`, `$2`. */
function positionals(words: readonly string[], shell: Shell): Variables {
  const rest = words.slice(1);
  const variables = new Variables(shell.variables, { '@': rest.join(' '), '*': rest.join(' ') });
  for (const [index, word] of words.slice(0, 32).entries()) variables.set(String(index), word);
  return variables;
}

function shebangLanguage(text: string): Language {
  const first = /^#!\s*(\S+)(?:\s+(\S+))?/.exec(text);
  if (first === null) return 'shell';
  return languageOf(programName(first[1]!.endsWith('env') ? (first[2] ?? 'sh') : first[1]!)) ?? 'code';
}
