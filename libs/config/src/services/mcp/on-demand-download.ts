import { basename } from 'node:path';

const RUNNERS = new Set(['npx', 'bunx', 'pnpx', 'uvx', 'dlx']);
/** Programs that download with one of these words as their first argument that is no option. */
const RUNNING_WORDS: ReadonlyMap<string, readonly string[]> = new Map([
  ['npm', ['exec', 'x', 'init', 'create']],
  ['pnpm', ['dlx', 'create']],
  ['yarn', ['dlx', 'create']],
  ['bun', ['x', 'create']],
  ['uv', ['tool', 'run']],
  ['pipx', ['run']],
  ['docker', ['run']],
  ['podman', ['run']],
  ['deno', ['run', 'x']],
  ['go', ['run']],
]);

/** Whether a command line fetches the program that it runs, so that no pin holds what that is (threat T23). */
export function downloadsOnDemand(command: string, args: readonly string[]): boolean {
  const program = basename(command).replace(/\.(?:exe|cmd|js|mjs)$/i, '');
  if (RUNNERS.has(program)) return true;
  const word = args.find((arg) => !arg.startsWith('-'));
  return word !== undefined && RUNNING_WORDS.get(program)?.includes(word) === true;
}
