import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { endStragglers } from './stragglers.ts';

/** A process in a session of its own that ignores SIGTERM, with `folder` as its home. */
async function aLoner(folder: string) {
  const child = spawn('/bin/sh', ['-c', 'trap "" TERM HUP; echo up; while :; do sleep 1; done'], {
    detached: true,
    env: { HOME: folder, PATH: '/usr/bin:/bin' },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  return child;
}

function aFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'stragglers-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

it('ends every process of the folder, whatever session it is in, and no other', async () => {
  const folder = aFolder();
  const [first, second, other] = await Promise.all([aLoner(folder), aLoner(folder), aLoner(aFolder())]);
  const ended = Promise.all([once(first, 'exit'), once(second, 'exit')]);
  await endStragglers(folder);
  expect(await ended).toEqual([
    [null, 'SIGKILL'],
    [null, 'SIGKILL'],
  ]);
  expect(other.exitCode ?? other.signalCode).toBeNull();
});

it('has nothing to do where nothing is left', async () => {
  await expect(endStragglers(aFolder())).resolves.toBeUndefined();
});
