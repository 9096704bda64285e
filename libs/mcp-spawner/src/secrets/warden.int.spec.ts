import { chmodSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonObject } from '@gatehouse/kernel';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { aSecretStore, type TestSecrets } from '../../test/a-secret-store.ts';
import { anOwner, aPoolWith, aServer, isRunning, type TestPool, until } from '../../test/a-server.ts';
import type { PooledChild } from '../pool/pooled-child.ts';

const VALUE = 'cänary "quoted" \\ / + of 39 characters!!';
let secrets: TestSecrets;
let running: TestPool | undefined;
beforeAll(async () => {
  secrets = await aSecretStore();
  await secrets.set('TOKEN', VALUE);
  await secrets.set('OTHER', 'a secret of another server, never seen here');
});
afterAll(() => secrets.end());
afterEach(async () => {
  await running?.pool.stop();
  running = undefined;
});

function start(options: Parameters<typeof aServer>[0] = {}): TestPool {
  running = aPoolWith(secrets.forServers, aServer({ secrets: { LEAKED: 'TOKEN' }, ...options }));
  return running;
}

async function call(child: PooledChild, name: string, args: JsonObject = {}): Promise<string> {
  return JSON.stringify(await child.request({ method: 'tools/call', params: { name, arguments: args } }));
}

/** Every process below one, itself included. */
function treeOf(pid: number): number[] {
  const below = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean);
  return [pid, ...below.flatMap((child) => treeOf(Number(child)))];
}

describe('a tool with a secret', () => {
  it('receives it under the name that its YAML gives, and nobody above it ever reads it back', async () => {
    const { pool } = start({ secrets: { LEAKED: 'TOKEN', SECOND: 'TOKEN' } });
    const child = await pool.acquire('hostile', anOwner());
    const printed = await call(child, 'print_env');
    expect(printed).toContain('\\"LEAKED\\":\\"[REDACTED:TOKEN]\\"');
    expect(printed).toContain('\\"SECOND\\":\\"[REDACTED:TOKEN]\\"');
    expect(printed).not.toMatch(/nary|another server/);
    expect(await call(child, 'leak_error')).toContain('failed with [REDACTED:TOKEN]');
    expect(await call(child, 'echo', { still: 'fine' })).toContain('still');
  });

  it('cannot get it through a key or a value of a notification either', async () => {
    const { pool } = start();
    const child = await pool.acquire('hostile', anOwner());
    const heard: unknown[] = [];
    await child.request({
      method: 'tools/call',
      params: { name: 'leak_notification', arguments: {} },
      onNotification: (notification) => heard.push(notification),
    });
    expect(JSON.stringify(heard)).toContain('{"key [REDACTED:TOKEN]":"[REDACTED:TOKEN]"}');
  });

  it('cannot get it through standard error', async () => {
    const { pool, servers } = start({ env: { COMPLAIN: 'yes' } });
    const child = await pool.acquire('hostile', anOwner());
    await call(child, 'complain_of_secret');
    const lines = () => servers.find('hostile')!.stderr.lines();
    await until(() => lines().length > 0);
    expect(lines().map(({ text }) => text)).toEqual(['it was [REDACTED:TOKEN]']);
  });

  it('has every opening on record before it happens: who, what for, which version', async () => {
    const { pool } = start();
    const before = (await secrets.rows('secret.opened')).length;
    await pool.acquire('hostile', anOwner());
    const rows = await secrets.rows('secret.opened');
    expect(rows).toHaveLength(before + 1);
    expect(rows.at(-1)).toContain('"detail":{"secrets":[{"name":"TOKEN","version":1}],"server":"hostile"}');
    expect((await secrets.store.list('TOKEN'))[0]).toMatchObject({ lastOpenedFor: 'hostile' });
  });

  it('whose line is too long to be judged loses that answer alone', async () => {
    const { pool, servers } = start({ limits: { outputBytes: 10_000 } });
    const child = await pool.acquire('hostile', anOwner());
    expect(await call(child, 'huge', { bytes: 500_000 })).toBe('{"kind":"too_large"}');
    expect(servers.find('hostile')?.counters.oversizedLines).toBe(1);
    expect(await call(child, 'echo', { still: 'fine' })).toContain('still');
  });
});

describe('a warden', () => {
  /** What it has written to and shares with nobody, in MB. */
  function ownMegabytes(pid: number): number {
    const kilobytes = /^Private_Dirty:\s+(\d+) kB/m.exec(
      readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'),
    )![1];
    return Number(kilobytes) / 1024;
  }

  it('gives back what lines of a megabyte took', async () => {
    const { pool } = start({ limits: { outputBytes: 2_000_000 } });
    const child = await pool.acquire('hostile', anOwner());
    for (let i = 0; i < 50; i += 1) await call(child, 'echo', { still: 'small' });
    const before = ownMegabytes(child.pid);
    for (let i = 0; i < 25; i += 1) {
      expect(await call(child, 'huge', { bytes: 1_000_000 })).toContain('xxx');
      // Text with escapes is parsed and looked through as it was meant.
      expect(await call(child, 'echo', { text: 'x"y\n'.repeat(150_000) })).toContain('x');
    }
    await expect.poll(() => ownMegabytes(child.pid), { timeout: 20_000 }).toBeLessThan(before + 5);
  }, 120_000);

  it('gives back what a line took that is too long to be passed on', async () => {
    const { pool } = start({ limits: { outputBytes: 8_000_000 } });
    const child = await pool.acquire('hostile', anOwner());
    for (let i = 0; i < 50; i += 1) await call(child, 'echo', { still: 'small' });
    const before = ownMegabytes(child.pid);
    expect(await call(child, 'huge', { bytes: 30_000_000 })).toBe('{"kind":"too_large"}');
    await call(child, 'stderr', { lines: 1, bytes: 10_000_000 });
    await expect.poll(() => ownMegabytes(child.pid), { timeout: 5_000 }).toBeLessThan(before + 10);
  }, 60_000);
});

describe('a tool whose secret cannot be had', () => {
  const failure = (pool: TestPool['pool']) =>
    pool.acquire('hostile', anOwner()).then(
      () => 'started',
      (error: Error) => error.message,
    );

  it('is not started, and the answer names the command that sets it', async () => {
    const { pool } = start({ secrets: { LEAKED: 'NEVER_SET' } });
    expect(await failure(pool)).toBe(
      'MCP server hostile needs the secret NEVER_SET, which is not set: gatehouse cloud secrets set NEVER_SET',
    );
  });

  it('is not started when the private key is open to others', async () => {
    const { pool } = start();
    const key = join(secrets.keyDir, 'secrets-private-key');
    chmodSync(key, 0o644);
    const told = await failure(pool);
    chmodSync(key, 0o600);
    expect(told).toContain('is open to other users');
  });

  it('is not started when somebody put another value into the database', async () => {
    await secrets.set('SWAPPED', 'the value that was set by the operator');
    const { pool } = start({ secrets: { LEAKED: 'SWAPPED' } });
    await secrets.asOwner(
      `update secret_versions set sealed = jsonb_set((select sealed::jsonb from secret_versions where name = 'OTHER'
       and sealed is not null), '{name}', '"SWAPPED"')::json where name = 'SWAPPED'`,
    );
    expect(await failure(pool)).toContain('is not signed by this installation');
  });
});

describe('the lifetime of a warden', () => {
  it('ends with its tool, and the tool with it, whichever ends first', async () => {
    const { pool } = start();
    const child = await pool.acquire('hostile', anOwner());
    expect(await call(child, 'exit')).toContain('"died"');
    await until(() => !isRunning(child.pid));
    const second = await pool.acquire('hostile', anOwner());
    await call(second, 'fork_stubborn');
    const tree = treeOf(second.pid);
    expect(tree.length).toBeGreaterThan(3);
    process.kill(second.pid, 'SIGKILL');
    await until(() => !tree.some(isRunning));
  });
});
