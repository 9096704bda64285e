import { spawn } from 'node:child_process';
import { open, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { AppError } from '@gatehouse/kernel';
import { type Placement, programCommand } from './placement.ts';
import { type Postmaster, readPostmasterFile } from './postmaster-file.ts';
import { isAlive, type ProcessIdentity, processCommandLine } from './process-identity.ts';

const START_DEADLINE_MS = 120_000;
const POLL_MS = 4;
const LOG_BYTES = 4 * 1024 * 1024;

export interface PostmasterSettings {
  /** False gives up safety against a crash of the machine, for tests: never against a crash of PostgreSQL. */
  readonly durable: boolean;
  readonly maxConnections: number;
}

/** On the command line, not in a file, so that the code is the truth and nothing edits it. */
function settings(socketFolder: string, { durable, maxConnections }: PostmasterSettings): string[] {
  const values: Record<string, string | number> = {
    listen_addresses: '',
    unix_socket_directories: socketFolder,
    unix_socket_permissions: '0700',
    max_connections: maxConnections,
    allow_alter_system: 'off',
    client_connection_check_interval: '1s',
    // Values that clients send must not reach a log: errors of statements are not logged, nor their details.
    log_min_messages: 'log',
    log_min_error_statement: 'panic',
    log_error_verbosity: 'terse',
    log_checkpoints: 'off',
    log_timezone: 'UTC',
    timezone: 'UTC',
    ...(durable ? {} : { fsync: 'off', full_page_writes: 'off' }),
  };
  return Object.entries(values).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

function postgresArguments(
  placement: Placement,
  socketFolder: string,
  options: PostmasterSettings,
): string[] {
  return ['-D', join(placement.folder, 'data'), ...settings(socketFolder, options)];
}

/** Whether a server that runs was started by this version's programs with this version's settings. */
export function isCurrent(
  postmaster: Postmaster,
  placement: Placement,
  options: PostmasterSettings,
): boolean {
  const words = [
    join(placement.binaries, 'bin', 'postgres'),
    ...postgresArguments(placement, postmaster.socketFolder, options),
  ];
  const running = processCommandLine(postmaster.pid)?.replaceAll('\0', ' ').trim();
  return running === words.join(' ').trim();
}

async function openLog(path: string) {
  const size = await stat(path).then(
    (found) => found.size,
    () => 0,
  );
  if (size > LOG_BYTES) await rename(path, `${path}.1`);
  return open(path, 'a', 0o600);
}

async function lastLine(path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch(() => '');
  return text.trimEnd().split('\n').at(-1) ?? '';
}

/**
 * Starts PostgreSQL on the cluster and resolves when it accepts connections. It outlives this process: whoever
 * comes next adopts it. A stale `postmaster.pid` is removed; one whose server lives is the caller's matter.
 * @throws {AppError} DATABASE_START_FAILED
 */
export async function startPostmaster(
  placement: Placement,
  where: { socketFolder: string; log: string },
  options: PostmasterSettings,
): Promise<Postmaster> {
  const data = join(placement.folder, 'data');
  if ((await readPostmasterFile(data)).stale) await rm(join(data, 'postmaster.pid'), { force: true });
  const program = programCommand(placement, 'postgres', [
    '-D',
    data,
    ...settings(where.socketFolder, options),
  ]);
  const log = await openLog(where.log);
  // A process group of its own: Ctrl-C at our terminal is for us, and we stop PostgreSQL when we are done.
  const stdio: ['ignore', number, number] = ['ignore', log.fd, log.fd];
  const child = spawn(program.command, program.args, { ...program.options, stdio, detached: true });
  let ended = false;
  child.once('exit', () => {
    ended = true;
  });
  child.once('error', () => {
    ended = true;
  });
  child.unref();
  await log.close();
  const deadline = Date.now() + START_DEADLINE_MS;
  while (!ended && Date.now() < deadline) {
    const { postmaster } = await readPostmasterFile(data);
    if (postmaster?.ready === true && postmaster.pid === child.pid) return postmaster;
    await delay(POLL_MS);
  }
  if (!ended) child.kill('SIGQUIT');
  throw new AppError('DATABASE_START_FAILED', `PostgreSQL did not start: ${await lastLine(where.log)}`, {
    owner: 'operator',
    hint: `Its log is ${where.log}.`,
  });
}

/** Ends the server's connections and stops it, cleanly where it obeys within `patienceMs`, else at once. */
export async function stopPostmaster(postmaster: ProcessIdentity, patienceMs = 20_000): Promise<void> {
  for (const [signal, patience] of [
    ['SIGINT', patienceMs],
    ['SIGQUIT', 5_000],
    ['SIGKILL', 5_000],
  ] as const) {
    if (!isAlive(postmaster)) return;
    process.kill(postmaster.pid, signal);
    const deadline = Date.now() + patience;
    while (isAlive(postmaster) && Date.now() < deadline) await delay(POLL_MS);
  }
}
