import type { Redirection } from 'unbash';
import { resolvePath } from '../paths/normalise.ts';
import type { Scene } from '../scene.ts';
import type { ShellCommand, ShellRedirect } from './command.ts';
import type { Shell } from './shell-state.ts';
import { HOLE } from './unknown.ts';
import { substitution } from './walk.ts';
import { resolveText } from './word.ts';

/** Where a command writes, and what it reads when a redirection says so. */
export function readRedirects(
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
        if (!write)
          input = scene.files.get(resolvePath(shell.folder, target, scene.home)) ?? substituted(target);
      }
    }
  }
  return { redirects, input };
}

/** `< <(script)` reads what the script prints; a plain file is unknown. */
function substituted(target: string): string {
  return target.startsWith('/dev/fd/') ? target.slice(8) : HOLE;
}

/** Redirections without a program: `> file`, or those of a compound command. */
export function onlyRedirects(
  shell: Shell,
  redirects: readonly ShellRedirect[],
  stdin: string,
): ShellCommand {
  return { name: '', program: '', args: [], redirects, folder: shell.folder, remote: shell.remote, stdin };
}

/** Remembers what a command wrote, in case it is run later. */
export function keepFiles(
  redirects: readonly ShellRedirect[],
  output: string,
  shell: Shell,
  scene: Scene,
): void {
  for (const { write, append, target } of redirects) {
    if (!write) continue;
    const path = resolvePath(shell.folder, target, scene.home);
    scene.remember(path, append ? (scene.files.get(path) ?? '') + output : output);
  }
}
