import { childEnvironment } from '@gatehouse/config';
import type { KeyPlaces } from '../keys/key-files.ts';
import { PROGRAM_FLAGS, programFile } from '../program.ts';
import type { SealedVersion } from '../sealed/sealed-version.ts';
import type { WardenOrder } from './warden-order.ts';

/** A command line; no shell reads it. */
export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** How to start a tool by a warden: what to run instead, and what to tell it on descriptor 3. */
export interface WardenStart {
  readonly command: Command;
  /** One line, for the tool that the warden is to start. */
  order(launch: WardenOrder['launch']): string;
}

/** What a warden needs to know besides the tool. */
export interface WardenTask {
  readonly places: KeyPlaces;
  readonly versions: readonly SealedVersion[];
  /** Variable to name in the store. */
  readonly secrets: Readonly<Record<string, string>>;
  readonly maxLineBytes: number;
}

/**
 * A warden's young objects are lines that pass: collecting them in 1 MB keeps it at 17 MB after ten thousand calls. What
 * long lines leave it collects itself.
 */
const SMALL = ['--max-semi-space-size=1'];

/** What is given back goes back: by itself glibc keeps blocks of up to 32 MB once one of that size was freed. */
const GIVE_BACK = { MALLOC_MMAP_THRESHOLD_: '131072', MALLOC_TRIM_THRESHOLD_: '131072' };

/** No core file may hold what is opened; the shell becomes the program. */
const WITHOUT_CORE = 'ulimit -c 0; exec "$@"';

/** Runs one of our programs as the leader of what it starts. @throws AppError when it was not built */
export function programCommand(name: 'warden' | 'egress-warden'): Command {
  const args = [
    '-c',
    WITHOUT_CORE,
    'gatehouse-warden',
    process.execPath,
    ...PROGRAM_FLAGS,
    ...SMALL,
    programFile(name),
  ];
  const { PATH = '/usr/bin:/bin', LANG = 'C.UTF-8' } = childEnvironment();
  return { file: '/bin/sh', args, env: { PATH, LANG, ...GIVE_BACK } };
}

/** @throws AppError when the program was not built */
export function wardenStart(task: WardenTask): WardenStart {
  return {
    command: programCommand('warden'),
    order: (launch) => JSON.stringify({ ...task, launch } satisfies WardenOrder),
  };
}
