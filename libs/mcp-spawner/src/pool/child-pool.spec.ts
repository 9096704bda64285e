import { existsSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import {
  anOwner,
  aPool,
  aServer,
  isRunning,
  modernServer,
  type TestPool,
  until,
} from '../../test/a-server.ts';
import { callTool, textOf } from '../../test/call-tool.ts';
import { GATEWAY_ENVELOPE } from '../upstream/handshake.ts';

let running: TestPool | undefined;
afterEach(async () => {
  await running?.pool.stop();
  running = undefined;
});

function start(...servers: Parameters<typeof aPool>): TestPool {
  running = aPool(...servers);
  return running;
}

describe('a pool of children', () => {
  it('starts nothing before it is asked', () => {
    const { servers } = start(aServer());
    expect(servers.find('hostile')?.counters.spawns).toBe(0);
  });

  it('gives concurrent first calls of one session one child', async () => {
    const { pool, servers } = start(aServer());
    const children = await Promise.all(Array.from({ length: 10 }, () => pool.acquire('hostile', anOwner())));
    expect(new Set(children).size).toBe(1);
    expect(servers.find('hostile')?.counters.spawns).toBe(1);
  });

  it.each([
    ['session', { isolationKey: 'session-2' }],
    ['revision', { protocolVersion: '2025-03-26' }],
  ])('gives another %s another child', async (_what, other) => {
    const { pool } = start(aServer());
    const one = await pool.acquire('hostile', anOwner());
    const two = await pool.acquire('hostile', anOwner(other));
    expect(one.pid).not.toBe(two.pid);
  });

  it('finds a child that runs, for whom it runs and nobody else, until it is drained', async () => {
    const { pool } = start(aServer());
    expect(pool.find('hostile', anOwner())).toBeUndefined();
    const child = await pool.acquire('hostile', anOwner());
    expect(pool.find('hostile', anOwner())).toBe(child);
    expect(pool.find('hostile', anOwner({ isolationKey: 'session-2' }))).toBeUndefined();
    const drained = pool.drain('hostile');
    expect(pool.find('hostile', anOwner())).toBeUndefined();
    await drained;
  });

  it('finds no child that was started for another call', async () => {
    const { pool, servers } = start(aServer({ isolation: 'call' }));
    const child = await pool.acquire('hostile', anOwner());
    expect(pool.find('hostile', anOwner())).toBeUndefined();
    child.release();
    await until(() => servers.find('hostile')?.children === 0);
  });

  it('speaks to a modern child without a handshake', async () => {
    const { pool } = start(modernServer('--modern-only'));
    const child = await pool.acquire('modern', anOwner({ era: 'modern' }));
    const params = { name: 'greet', _meta: GATEWAY_ENVELOPE };
    expect(textOf(await child.request({ method: 'tools/call', params }))).toBe('hello from modern');
  });

  it('gives a child a clean environment and folders of its own, which go with it', async () => {
    process.env.CANARY_OF_THE_SERVER = 'must not be inherited';
    const { pool } = start(aServer({ env: { FROM_YAML: 'yes' } }));
    const child = await pool.acquire('hostile', anOwner());
    const { env } = JSON.parse(textOf(await callTool(child, 'print_env'))) as { env: Record<string, string> };
    delete process.env.CANARY_OF_THE_SERVER;
    expect(
      Object.keys(env)
        .filter((name) => name !== 'PWD')
        .sort(),
    ).toEqual(['FROM_YAML', 'GATEHOUSE_CHILD', 'HOME', 'LANG', 'PATH', 'TMPDIR', 'TZ'].sort());
    expect(env.HOME).toContain(`gatehouse-mcp-${process.pid}-`);
    expect(JSON.stringify(env)).not.toContain('CANARY');
    await pool.endAll('hostile');
    await until(() => !existsSync(env.HOME!));
  });

  it('ends a child that was idle for long enough, and starts another for the next call', async () => {
    const { pool, servers } = start(aServer({ limits: { idleMs: 50 } }));
    const { pid } = await pool.acquire('hostile', anOwner());
    await until(() => !isRunning(pid));
    expect((await pool.acquire('hostile', anOwner())).pid).not.toBe(pid);
    expect(servers.find('hostile')?.counters).toMatchObject({ spawns: 2, restarts: 0 });
  });

  it('gives all callers one child, where they may share it', async () => {
    const { pool } = start(aServer({ isolation: 'shared', stateless: true }));
    const one = await pool.acquire('hostile', anOwner());
    const other = await pool.acquire('hostile', anOwner({ userId: 'user-2', isolationKey: 'session-2' }));
    expect(other.pid).toBe(one.pid);
    const heard: unknown[] = [];
    const onNotification = (notification: object) => heard.push(notification);
    const params = { name: 'flood', arguments: { count: 3 } };
    expect(await one.request({ method: 'tools/call', params, onNotification })).toMatchObject({
      kind: 'result',
    });
    expect(heard).toEqual([]);
  });

  it('gives each call a child of its own, which ends with it, within the limit of its user', async () => {
    const { pool, servers } = start(aServer({ isolation: 'call', limits: { childrenPerUser: 2 } }));
    const [one, other] = await Promise.all([0, 1].map(() => pool.acquire('hostile', anOwner())));
    expect(one!.pid).not.toBe(other!.pid);
    const busy = one!.request({ method: 'tools/call', params: { name: 'late', arguments: { ms: 300 } } });
    const busyToo = other!.request({
      method: 'tools/call',
      params: { name: 'late', arguments: { ms: 300 } },
    });
    await expect(pool.acquire('hostile', anOwner())).rejects.toThrow('are busy');
    await Promise.all([busy, busyToo]);
    for (const child of [one!, other!]) child.release();
    await until(() => servers.find('hostile')?.children === 0);
  });

  it('is drained while it starts, and still makes the call that it was started for', async () => {
    const { pool } = start(aServer());
    const called = pool.acquire('hostile', anOwner()).then(async (child) => {
      // As many turns of promises as a door needs between a child and its call.
      for (let i = 0; i < 20; i += 1) await Promise.resolve();
      return callTool(child, 'echo', { n: 1 });
    });
    const drained = pool.drain('hostile');
    expect(textOf(await called)).toBe('{"n":1}');
    await drained;
  });

  it('is drained: open calls end in their child, new ones get another', async () => {
    const { pool } = start(aServer());
    const old = await pool.acquire('hostile', anOwner());
    const open = old.request({ method: 'tools/call', params: { name: 'late', arguments: { ms: 300 } } });
    const drained = pool.drain('hostile');
    const fresh = await pool.acquire('hostile', anOwner());
    expect(fresh.pid).not.toBe(old.pid);
    expect(await open).toMatchObject({ kind: 'result' });
    await drained;
    expect(isRunning(old.pid)).toBe(false);
    expect(isRunning(fresh.pid)).toBe(true);
  });

  it('has no more calls open in a child than its limit', async () => {
    const { pool } = start(aServer({ limits: { concurrentCalls: 2 } }));
    const child = await pool.acquire('hostile', anOwner());
    const late = { method: 'tools/call', params: { name: 'late', arguments: { ms: 200 } } };
    const outcomes = await Promise.all([0, 1, 2].map(() => child.request(late)));
    expect(outcomes.map(({ kind }) => kind)).toEqual(['result', 'result', 'not_sent']);
  });

  it('keeps a child that is busy, however long', async () => {
    const { pool } = start(aServer({ limits: { idleMs: 50 } }));
    const child = await pool.acquire('hostile', anOwner());
    expect(textOf(await callTool(child, 'late', { ms: 2_500 }))).toBe('late');
  });

  it('makes room for a new session by ending the one that is idle for longest', async () => {
    const { pool } = start(aServer({ limits: { childrenPerUser: 2 } }));
    const first = await pool.acquire('hostile', anOwner({ isolationKey: 'a' }));
    const second = await pool.acquire('hostile', anOwner({ isolationKey: 'b' }));
    await callTool(first, 'echo');
    await pool.acquire('hostile', anOwner({ isolationKey: 'c' }));
    await until(() => !isRunning(second.pid));
    expect(isRunning(first.pid)).toBe(true);
  });

  it('refuses one process too many when all are busy, and only to that user', async () => {
    const { pool } = start(aServer({ limits: { childrenPerUser: 1 } }));
    const busy = await pool.acquire('hostile', anOwner({ isolationKey: 'a' }));
    const open = callTool(busy, 'late', { ms: 300 });
    await expect(pool.acquire('hostile', anOwner({ isolationKey: 'b' }))).rejects.toMatchObject({
      code: 'MCP_SPAWNER_CHILD_UNAVAILABLE',
      retryAfterMs: 1_000,
    });
    const other = await pool.acquire('hostile', anOwner({ isolationKey: 'b', userId: 'user-2' }));
    expect(textOf(await callTool(other, 'echo', { of: 'user-2' }))).toBe('{"of":"user-2"}');
    await open;
  });

  it('counts concurrent starts against the limit too', async () => {
    const { pool, servers } = start(aServer({ limits: { childrenPerUser: 2 } }));
    const asked = ['a', 'b', 'c', 'd'].map((isolationKey) =>
      pool.acquire('hostile', anOwner({ isolationKey })),
    );
    const settled = await Promise.allSettled(asked);
    expect(settled.filter(({ status }) => status === 'fulfilled')).toHaveLength(2);
    expect(servers.find('hostile')?.counters.spawns).toBe(2);
  });

  it('ends the children of one isolation key and no others', async () => {
    const { pool } = start(aServer());
    const one = await pool.acquire('hostile', anOwner());
    const two = await pool.acquire('hostile', anOwner({ isolationKey: 'session-2' }));
    await pool.end('hostile', 'session-1');
    expect([one.pid, two.pid].map(isRunning)).toEqual([false, true]);
  });

  it('refuses a call while its server stops, and leaves no process', async () => {
    const { pool } = start(aServer());
    const child = await pool.acquire('hostile', anOwner());
    await pool.stop();
    expect(isRunning(child.pid)).toBe(false);
    await expect(pool.acquire('hostile', anOwner())).rejects.toThrow('the server is stopping');
  });
});
