import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { LAUNCH_SCRIPT } from './launch-script.ts';
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

it('ends with the server also when that was killed, though the process had left its group', async () => {
  const parent = mkdtempSync(join(tmpdir(), 'gatehouse-mcp-0-'));
  onTestFinished(() => rmSync(parent, { recursive: true, force: true }));
  const folder = mkdtempSync(join(parent, 'child-'));
  const tool = ['/bin/sh', '-c', `setsid sh -c 'echo $$; exec sleep 600' & wait`];
  const child = spawn('/bin/sh', ['-c', LAUNCH_SCRIPT, 'gatehouse-launch', ...tool], {
    detached: true,
    env: { GATEHOUSE_CHILD: folder, PATH: '/usr/bin:/bin' },
    stdio: ['ignore', 'pipe', 'ignore', 'pipe'],
  });
  const [said] = (await once(child.stdout!, 'data')) as [Buffer];
  const loner = Number(said.toString());
  expect(isAlive(loner)).toBe(true);
  child.stdio[3]?.destroy();
  expect(await once(child, 'exit')).toEqual([null, 'SIGKILL']);
  await expect.poll(() => isAlive(loner)).toBe(false);
});

/** A killed process that nobody has collected yet is no longer running. */
function isAlive(pid: number): boolean {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}
