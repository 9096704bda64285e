import { parse } from 'unbash';
import type { Scene } from '../scene.ts';
import { deeper, type Shell } from './shell-state.ts';
import { start } from './start.ts';
import { HOLE } from './unknown.ts';
import { looksDestructive } from './unreadable.ts';
import { Variables } from './variables.ts';
import { runStatements } from './walk.ts';

const MOST_BYTES = 65_536;
/** Wrappers, interpreters and substitutions within one another. */
export const MOST_DEPTH = 8;
const MOST_HEREDOCS = 64;

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
/** Runs a text as a shell script, on paper; answers what it prints. */
export function runText(text: string, shell: Shell, scene: Scene, stdin: string | null): string {
  if (!scene.affords(text, MOST_BYTES)) return HOLE;
  if (shell.depth >= MOST_DEPTH || tooManyHeredocs(text)) {
    scene.denyUnread(text);
    return HOLE;
  }
  const script = parse(text);
  const output = runStatements(script.commands, deeper(shell), scene, stdin);
  const failed = (script.errors?.length ?? 0) > 0 && !scene.lenient;
  if (scene.exhausted || (failed && looksDestructive(text))) scene.denyUnread(text);
  return output;
}

function tooManyHeredocs(text: string): boolean {
  let count = 0;
  for (let at = text.indexOf('<<'); at >= 0; at = text.indexOf('<<', at + 2)) {
    if (++count > MOST_HEREDOCS) return true;
  }
  return false;
}
