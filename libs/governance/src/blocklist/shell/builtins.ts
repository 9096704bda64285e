import { resolvePath } from '../paths/normalise.ts';
import type { Scene } from '../scene.ts';
import { runFile, runLanguage } from './interpret.ts';
import { runText } from './judge-shell.ts';
import { printed } from './output.ts';
import { deeper, type Shell } from './shell-state.ts';
import { HOLE } from './unknown.ts';

/** What the shell itself does; null when `name` is a program. */
export function builtin(
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
      if (at < 0) return '';
      const words = args.slice(at + 1);
      shell.variables.set('@', words.join(' '));
      for (const [index, word] of words.entries()) shell.variables.set(String(index + 1), word);
      return '';
    }
    case 'printf':
      if (args[0] !== '-v' || args[1] === undefined) return null;
      shell.variables.set(args[1], printed(args.slice(2)));
      return '';
    case 'alias':
      for (const arg of args) {
        const at = arg.indexOf('=');
        if (at <= 0) continue;
        shell.functions.set(arg.slice(0, at), arg.slice(at + 1));
        runText(arg.slice(at + 1), deeper(shell), scene, null);
      }
      return '';
    case 'eval':
      return runLanguage('shell', args.join(' '), shell, scene, stdin);
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
