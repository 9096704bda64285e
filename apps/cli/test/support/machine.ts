import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type CommandLine, GATEHOUSE } from './command-line.ts';

/** A mount namespace as root, which a plain account gets in a user namespace. */
const APART = [
  'unshare',
  ...(process.geteuid?.() === 0 ? [] : ['--user', '--map-root-user']),
  '--mount',
  '--propagation',
  'private',
] as const;

/** Whether a command can be run here as root of a machine that is not this one. */
export const canStandIn =
  process.platform === 'linux' && spawnSync(APART[0], [...APART.slice(1), 'true']).status === 0;

/** A machine's own `/etc`, for commands that write there. */
export interface Machine {
  readonly etc: string;
  /** Starts `gatehouse` as root of that machine. */
  readonly command: readonly string[];
}

/** Another `/etc` is put in place of the real one, for the commands alone. */
export function aMachine({ folder }: CommandLine, name: string): Machine {
  const etc = join(folder, name, 'etc');
  mkdirSync(etc, { recursive: true, mode: 0o755 });
  for (const needed of ['passwd', 'group', 'hosts', 'nsswitch.conf']) {
    cpSync(join('/etc', needed), join(etc, needed));
  }
  const script = 'mount --bind "$0" /etc && exec "$@"';
  return { etc, command: [...APART, 'sh', '-c', script, etc, GATEHOUSE] };
}
