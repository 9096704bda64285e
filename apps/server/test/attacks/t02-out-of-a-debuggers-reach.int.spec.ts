import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '@gatehouse/config';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { BuiltServer, buildServer } from '../support/built-server.ts';

/*
 * The part of T2 that concerns our own processes: whoever may start a program as the operator, or send it a signal, must
 * not get a debugger or a library into the process that decides. The command line's side is in apps/cli/test/runtime.
 */
let server: BuiltServer | undefined;

beforeAll(() => buildServer());
afterEach(async () => {
  await server?.remove();
  server = undefined;
});

describe('the server', () => {
  it.each<[string, string[], Record<string, string>]>([
    ['NODE_OPTIONS', [], { NODE_OPTIONS: '--inspect=127.0.0.1:0' }],
    ['LD_PRELOAD', [], { LD_PRELOAD: '/nonexistent/library.so' }],
    ['LD_AUDIT', [], { LD_AUDIT: '/nonexistent/library.so' }],
    ['--inspect', ['--inspect=127.0.0.1:0'], {}],
  ])('does not run with %s, and makes nothing', async (name, flags, environment) => {
    server = await BuiltServer.start(await freePort(), { flags, environment });
    expect(await server.ended()).toBe(1);
    expect(server.said).toContain(name);
    expect(server.said).toContain('Gatehouse does not run with');
    expect(existsSync(join(server.folder, 'state'))).toBe(false);
  });

  // `npm start` gives it `--disable-sigusr1` besides (tools/run/start.spec.ts).
  it('opens no debugger when it is sent SIGUSR1, even when it was started without the flag', async () => {
    const port = await freePort();
    server = await BuiltServer.start(port);
    const { process: child } = server;
    const ready = async () => {
      const answer = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined);
      return answer?.status === 200;
    };
    await vi.waitUntil(ready, { timeout: 40_000, interval: 100 });
    const before = listening(child.pid!);
    child.kill('SIGUSR1');
    // A server that has answered has also taken the signal.
    for (let i = 0; i < 3; i += 1) expect(await ready()).toBe(true);
    expect(server.said).not.toContain('Debugger listening');
    expect(listening(child.pid!)).toEqual(before);
    expect(before).toEqual([port]);
  }, 60_000);
});

/** The TCP ports that a process listens on, IPv4. */
function listening(pid: number): number[] {
  const inodes = new Set(
    readdirSync(`/proc/${pid}/fd`).map((fd) => {
      try {
        return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1];
      } catch {
        return undefined;
      }
    }),
  );
  return readFileSync(`/proc/${pid}/net/tcp`, 'utf8')
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter(([, , , state, , , , , , inode]) => state === '0A' && inodes.has(inode))
    .map(([, local]) => Number.parseInt(local!.split(':')[1]!, 16))
    .sort((a, b) => a - b);
}
