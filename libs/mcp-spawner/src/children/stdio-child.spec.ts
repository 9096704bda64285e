import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isRunning, until } from '../../test/a-server.ts';

const HOST = fileURLToPath(new URL('../../test/fixtures/child-host.ts', import.meta.url));

let folder: string;
let pidFile: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lifetime-'));
  pidFile = join(folder, 'pids');
});
afterEach(() => {
  for (const pid of pids()) if (isRunning(pid)) process.kill(pid, 'SIGKILL');
  rmSync(folder, { recursive: true });
});

const pids = (): number[] => {
  try {
    return readFileSync(pidFile, 'utf8').trim().split('\n').map(Number);
  } catch {
    return [];
  }
};

/** A process of its own that holds a child which forked a grandchild, both deaf to SIGTERM. */
async function aHost(user?: number) {
  const host = spawn(process.execPath, ['--no-warnings', HOST, pidFile], {
    stdio: ['ignore', 'pipe', 'inherit'],
    ...(user === undefined ? {} : { uid: user, gid: user }),
  });
  await once(host.stdout, 'data');
  expect(pids()).toHaveLength(2);
  expect(pids().every(isRunning)).toBe(true);
  return host;
}

describe('the lifetime of a child', () => {
  it('ends with the server, however that ends: SIGKILL takes the child and what it forked along', async () => {
    const host = await aHost();
    host.kill('SIGKILL');
    await once(host, 'exit');
    await until(() => !pids().some(isRunning));
  });

  it.runIf(process.getuid?.() === 0)('ends with a server that does not run as root', async () => {
    chmodSync(folder, 0o777);
    const host = await aHost(65_534);
    host.kill('SIGKILL');
    await once(host, 'exit');
    await until(() => !pids().some(isRunning));
  });

  it('ends by force when it does not stop politely, within the grace and a moment', async () => {
    const host = await aHost();
    const startedAt = performance.now();
    host.kill('SIGTERM');
    await once(host, 'exit');
    await until(() => !pids().some(isRunning));
    expect(performance.now() - startedAt).toBeLessThan(10_000);
  });

  it('leaves nothing of its group when it dies by itself', async () => {
    const host = await aHost();
    // It ends by itself too, once it has no child any more: perhaps before it is told to.
    const ended = once(host, 'exit');
    process.kill(pids()[0]!, 'SIGKILL');
    await until(() => !pids().some(isRunning));
    host.kill('SIGKILL');
    await ended;
  });
});
