import { spawn } from 'node:child_process';
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { AppError } from '@gatehouse/kernel';
import { CLEAN_ENVIRONMENT } from './clean-environment.ts';

const WAIT_SECONDS = 120;
/** macOS: `open` takes the lock itself. */
const O_EXLOCK = 0x20;

type Release = () => Promise<void>;

/**
 * The kernel holds the lock, so that the death of its holder, however sudden, frees it: `flock` keeps it while
 * its child reads our end of a pipe, which closes with us.
 */
async function acquireByFlock(path: string): Promise<Release> {
  const child = spawn(
    'flock',
    ['--exclusive', '--wait', String(WAIT_SECONDS), path, 'sh', '-c', 'echo locked; exec cat >/dev/null'],
    // Its own process group: Ctrl-C at a terminal must not take the lock from us in the middle of a start.
    { stdio: ['pipe', 'pipe', 'ignore'], env: CLEAN_ENVIRONMENT, detached: true },
  );
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const locked = await new Promise<boolean>((resolve, reject) => {
    child.once('error', (cause) => reject(noFlock(cause)));
    child.stdout.once('data', () => resolve(true));
    child.once('close', () => resolve(false));
  });
  if (!locked) throw lockTimeout();
  return async () => {
    child.stdin.end();
    await ended;
  };
}

async function acquireByOpen(path: string): Promise<Release> {
  const deadline = Date.now() + WAIT_SECONDS * 1000;
  for (;;) {
    try {
      const file = await open(
        path,
        constants.O_RDWR | constants.O_CREAT | constants.O_NONBLOCK | O_EXLOCK,
        0o600,
      );
      return () => file.close();
    } catch (error) {
      if (!(error instanceof Error) || !('code' in error) || error.code !== 'EAGAIN') throw error;
      if (Date.now() > deadline) throw lockTimeout();
      await delay(20);
    }
  }
}

function noFlock(cause: unknown): AppError {
  return new AppError('DATABASE_NO_FLOCK', 'The program flock, of the package util-linux, cannot be run.', {
    owner: 'operator',
    hint: 'Install util-linux, or set DATABASE_URL to a PostgreSQL of your own.',
    cause,
  });
}

function lockTimeout(): AppError {
  return new AppError(
    'DATABASE_LOCKED',
    'Another process has been starting or stopping PostgreSQL for too long.',
    {
      owner: 'operator',
      hint: 'Look for a hanging gatehouse process and end it.',
    },
  );
}

/**
 * Runs `work` while no other process runs its own under the same path.
 * @throws {AppError} DATABASE_LOCKED after two minutes of waiting, DATABASE_NO_FLOCK
 */
export async function withFileLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  if (process.platform === 'linux') await (await open(path, 'a', 0o600)).close();
  const release = await (process.platform === 'linux' ? acquireByFlock(path) : acquireByOpen(path));
  try {
    return await work();
  } finally {
    await release();
  }
}
