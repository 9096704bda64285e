import { homedir } from 'node:os';
import { join, relative, resolve, sep } from 'node:path';
import { eventualRealPath, type Installation } from '../../installation/installation.ts';

export interface ProtectedPath {
  readonly path: string;
  readonly what: string;
}

/** What no tool may reach (threat T8): the installation's own files and the settings of the clients it governs. */
export function protectedPaths(installation: Installation, home: string = homedir()): ProtectedPath[] {
  const clients = [
    '.claude',
    '.claude.json',
    '.codex',
    '.gemini',
    '.cursor',
    '.config/claude',
    '.config/gatehouse',
  ];
  const paths: ProtectedPath[] = [
    { path: installation.servicesDir, what: 'services/' },
    { path: installation.stateDir, what: 'the state folder' },
    { path: installation.keyDir, what: 'the key folder' },
    ...clients.map((name) => ({ path: join(home, name), what: "a client's settings" })),
    { path: '/etc/claude-code', what: "a client's settings" },
  ];
  return paths.map(({ path, what }) => ({ path: eventualRealPath(path), what }));
}

/**
 * Why a server may not be given `text`, an argument or a variable: as a path it holds, or lies in, something
 * protected. Understands `--flag=path`, `~/` and `file://`; text that is no path to anything protected passes.
 */
export function protectedRootProblem(
  installation: Installation,
  paths: readonly ProtectedPath[],
  text: string,
): { message: string; expected: string } | undefined {
  for (const candidate of candidatesOf(text)) {
    const real = eventualRealPath(resolve(installation.root, candidate));
    const hit = paths.find(({ path }) => contains(real, path) || contains(path, real));
    if (hit !== undefined) {
      return {
        message: contains(real, hit.path) ? `would open ${hit.what} to the server` : `lies in ${hit.what}`,
        expected: 'a folder of its own',
      };
    }
  }
  return undefined;
}

function candidatesOf(text: string): string[] {
  const value = text.startsWith('-') ? text.slice(text.indexOf('=') + 1) : text;
  if (value === '' || value.includes('\0') || (text.startsWith('-') && !text.includes('='))) return [];
  return [value.replace(/^file:\/\//, '').replace(/^~(?=\/|$)/, homedir())];
}

function contains(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`));
}
