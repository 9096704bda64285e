import { existsSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { JsonObject, JsonValue } from '@gatehouse/kernel';
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
import { GATEWAY_ENVELOPE } from '../upstream/handshake.ts';
import type { UpstreamOutcome } from '../upstream/upstream-call.ts';
import type { PooledChild } from './pooled-child.ts';

let running: TestPool | undefined;
afterEach(async () => {
  await running?.pool.stop();
  running = undefined;
});

function start(...servers: Parameters<typeof aPool>): TestPool {
  running = aPool(...servers);
  return running;
}

const call = (child: PooledChild, name: string, args: JsonObject = {}): Promise<UpstreamOutcome> =>
  child.request({ method: 'tools/call', params: { name, arguments: args } });

function textOf(outcome: UpstreamOutcome): string {
  const result = outcome.kind === 'result' ? (outcome.result as JsonObject) : undefined;
  const [content] = (result?.content ?? []) as readonly { text: string }[];
  return content?.text ?? JSON.stringify(outcome);
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
    const { env } = JSON.parse(textOf(await call(child, 'print_env'))) as { env: Record<string, string> };
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
    expect(textOf(await call(child, 'late', { ms: 2_500 }))).toBe('late');
  });

  it('makes room for a new session by ending the one that is idle for longest', async () => {
    const { pool } = start(aServer({ limits: { childrenPerUser: 2 } }));
    const first = await pool.acquire('hostile', anOwner({ isolationKey: 'a' }));
    const second = await pool.acquire('hostile', anOwner({ isolationKey: 'b' }));
    await call(first, 'echo');
    await pool.acquire('hostile', anOwner({ isolationKey: 'c' }));
    await until(() => !isRunning(second.pid));
    expect(isRunning(first.pid)).toBe(true);
  });

  it('refuses one process too many when all are busy, and only to that user', async () => {
    const { pool } = start(aServer({ limits: { childrenPerUser: 1 } }));
    const busy = await pool.acquire('hostile', anOwner({ isolationKey: 'a' }));
    const open = call(busy, 'late', { ms: 300 });
    await expect(pool.acquire('hostile', anOwner({ isolationKey: 'b' }))).rejects.toMatchObject({
      code: 'MCP_SPAWNER_CHILD_UNAVAILABLE',
      retryAfterMs: 1_000,
    });
    const other = await pool.acquire('hostile', anOwner({ isolationKey: 'b', userId: 'user-2' }));
    expect(textOf(await call(other, 'echo', { of: 'user-2' }))).toBe('{"of":"user-2"}');
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

describe('a child that ends by itself', () => {
  it.each(['exit', 'crash'])(
    'leaves an unknown outcome to the call that was open (%s), and is not asked twice',
    async (tool) => {
      const { pool, servers } = start(aServer());
      const child = await pool.acquire('hostile', anOwner());
      expect(await call(child, tool)).toMatchObject({ kind: 'died' });
      const next = await pool.acquire('hostile', anOwner());
      expect(textOf(await call(next, 'count'))).toBe('1');
      expect(servers.find('hostile')?.counters).toMatchObject({ spawns: 2, restarts: 1 });
    },
  );

  it('sends nothing to a child that is gone, and says so', async () => {
    const { pool } = start(aServer());
    const child = await pool.acquire('hostile', anOwner());
    await call(child, 'exit');
    expect(await call(child, 'echo')).toEqual({ kind: 'not_sent', cause: 'gone' });
  });

  it('is started again only after a pause, once it failed twice, and the answer says how long', async () => {
    const { pool, servers } = start(aServer({ args: ['--exit-at-once'] }));
    const attempt = (): Promise<unknown> =>
      pool.acquire('hostile', anOwner()).catch((error: unknown) => error);
    for (let i = 0; i < 2; i += 1) {
      expect(await attempt()).toMatchObject({
        message: 'MCP server hostile could not be started: it exited with code 3',
      });
    }
    expect(await attempt()).toMatchObject({
      message: expect.stringMatching(
        /^MCP server hostile failed \(it exited with code 3\) and may be started again in 0\.\d s$/,
      ),
      retryAfterMs: expect.any(Number),
    });
    expect(servers.find('hostile')?.counters.spawns).toBe(2);
    await expect(pool.acquire('hostile', anOwner({ isolationKey: 'other' }))).rejects.toThrow(
      'could not be started',
    );
  });

  it('is given up when it never finishes its handshake', async () => {
    const { pool } = start(aServer({ args: ['--never-initialize'], limits: { timeoutMs: 200 } }));
    await expect(pool.acquire('hostile', anOwner())).rejects.toThrow('it did not answer in time');
    expect(running?.servers.find('hostile')?.children).toBe(0);
  });

  it('is replaced when it stops answering', async () => {
    const { pool } = start(aServer({ limits: { timeoutMs: 50 } }));
    const child = await pool.acquire('hostile', anOwner());
    for (let i = 0; i < 3; i += 1) expect(await call(child, 'never_answer')).toEqual({ kind: 'timeout' });
    await until(() => !isRunning(child.pid));
    expect((await pool.acquire('hostile', anOwner())).pid).not.toBe(child.pid);
  });

  it('cannot be found when its command does not exist', async () => {
    const { pool } = start(aServer({ command: 'no-such-command' }));
    await expect(pool.acquire('hostile', anOwner())).rejects.toThrow(
      'the command of MCP server hostile was not found',
    );
  });

  it('takes the grandchildren along that stayed in its group', async () => {
    const { pool } = start(aServer());
    const child = await pool.acquire('hostile', anOwner());
    const grandchild = Number(textOf(await call(child, 'fork_stubborn')));
    expect(isRunning(grandchild)).toBe(true);
    await pool.endAll('hostile');
    expect(isRunning(grandchild)).toBe(false);
  });
});

describe('a call to a child that misbehaves', () => {
  const table: readonly (readonly [string, JsonObject, JsonValue])[] = [
    ['garbage', {}, 'after garbage'],
    ['wrong_id', {}, 'right'],
    ['answer_twice', {}, 'first'],
    ['both', {}, 'result'],
    ['announce', {}, 'announced'],
    ['stderr', {}, 'complained'],
    ['flood', { count: 1_500 }, 'after the flood'],
  ];
  it.each(table)('%s: gets its own answer', async (tool, args, expected) => {
    const { pool } = start(aServer());
    const child = await pool.acquire('hostile', anOwner());
    expect(textOf(await call(child, tool, args))).toBe(expected);
    expect(textOf(await call(child, 'echo', { still: 'fine' }))).toBe('{"still":"fine"}');
  });

  it.each(['never_answer', 'empty_answer', 'deep'])('%s: ends with its time', async (tool) => {
    const { pool } = start(aServer({ limits: { timeoutMs: 200 } }));
    const child = await pool.acquire('hostile', anOwner());
    expect(await call(child, tool)).toEqual({ kind: 'timeout' });
    expect(textOf(await call(child, 'echo', { still: 'fine' }))).toBe('{"still":"fine"}');
  });

  it('never_answer: tells the child to give up', async () => {
    const { pool } = start(aServer({ limits: { timeoutMs: 200 } }));
    const child = await pool.acquire('hostile', anOwner());
    await call(child, 'never_answer');
    const read = await child.request({ method: 'resources/read', params: { uri: 'hostile://cancelled' } });
    expect(JSON.stringify(read)).toContain('[2]');
  });

  it('huge: is told that the answer was too large, and the child lives on', async () => {
    const { pool, servers } = start(aServer({ limits: { outputBytes: 10_000 } }));
    const child = await pool.acquire('hostile', anOwner());
    const other = call(child, 'late', { ms: 200 });
    expect(await call(child, 'huge', { bytes: 1_000_000 })).toEqual({ kind: 'too_large' });
    expect(textOf(await other)).toBe('late');
    expect(servers.find('hostile')?.counters.oversizedLines).toBe(1);
  });

  it('huge: an endless line costs no memory and ends with the time of its call', async () => {
    const { pool } = start(aServer({ limits: { outputBytes: 10_000, timeoutMs: 500 } }));
    const child = await pool.acquire('hostile', anOwner());
    const before = process.memoryUsage().rss;
    expect(await call(child, 'huge', { bytes: 64_000_000, unfinished: true })).toEqual({ kind: 'timeout' });
    expect(process.memoryUsage().rss - before).toBeLessThan(64_000_000);
  });

  it('flood: is slowed down, not the server', async () => {
    const { pool } = start(aServer({ limits: { timeoutMs: 500 } }));
    const child = await pool.acquire('hostile', anOwner());
    const delay = monitorEventLoopDelay({ resolution: 5 });
    delay.enable();
    const outcome = await call(child, 'flood', { count: 50_000, bytes: 1_000 });
    delay.disable();
    expect(outcome).toEqual({ kind: 'timeout' });
    expect(delay.max / 1e6).toBeLessThan(300);
  });

  it('prototype: cannot reach a prototype of ours', async () => {
    const { pool } = start(aServer());
    await call(await pool.acquire('hostile', anOwner()), 'prototype');
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  it('error: reaches the caller with all its members', async () => {
    const { pool } = start(aServer());
    const outcome = await call(await pool.acquire('hostile', anOwner()), 'error', {
      code: -32_042,
      message: 'no',
    });
    expect(outcome).toEqual({
      kind: 'error',
      error: { code: -32_042, message: 'no', data: { of: 'the tool' } },
    });
  });

  it('progress: reaches only the call it belongs to, under the token of the caller', async () => {
    const { pool } = start(aServer());
    const child = await pool.acquire('hostile', anOwner());
    const heard: JsonObject[] = [];
    const bystander = child.request({
      method: 'tools/call',
      params: { name: 'late', arguments: { ms: 200 } },
      onNotification: (notification) => heard.push({ bystander: notification }),
    });
    await child.request({
      method: 'tools/call',
      params: { name: 'progress', _meta: { progressToken: 'mine', kept: true } },
      onNotification: (notification) => heard.push(notification),
    });
    await bystander;
    expect(heard).toEqual([
      {
        jsonrpc: '2.0',
        method: 'notifications/progress',
        params: { progressToken: 'mine', progress: 1, total: 2 },
      },
    ]);
  });

  it('ask_client: gets no model, no folders and no user, and a ping', async () => {
    const { pool, servers } = start(aServer());
    const child = await pool.acquire('hostile', anOwner());
    const heard = JSON.parse(textOf(await call(child, 'ask_client'))) as JsonObject[];
    expect(heard).toEqual([
      { method: 'sampling/createMessage', error: -32_601 },
      { method: 'roots/list', error: -32_601 },
      { method: 'elicitation/create', error: -32_601 },
      { method: 'ping', result: {} },
      { method: 'made/up', error: -32_601 },
    ]);
    expect(servers.find('hostile')?.counters.refusedRequests).toBe(4);
  });

  it('is given up when its caller is', async () => {
    const { pool } = start(aServer());
    const child = await pool.acquire('hostile', anOwner());
    const given = new AbortController();
    const params = { name: 'never_answer' };
    const outcome = child.request({ method: 'tools/call', params, signal: given.signal });
    given.abort();
    expect(await outcome).toEqual({ kind: 'cancelled' });
    expect(await child.request({ method: 'tools/call', params, signal: given.signal })).toEqual({
      kind: 'not_sent',
      cause: 'cancelled',
    });
    const read = await child.request({ method: 'resources/read', params: { uri: 'hostile://cancelled' } });
    expect(JSON.stringify(read)).toContain('[2]');
  });

  it('keeps the last lines of standard error, bounded', async () => {
    const { pool, servers } = start(aServer());
    await call(await pool.acquire('hostile', anOwner()), 'stderr', { lines: 1_000, bytes: 5_000 });
    await until(() => servers.stderr('hostile').at(-1)?.text.startsWith('999 ') === true);
    expect(servers.stderr('hostile')).toHaveLength(256);
    expect(Math.max(...servers.stderr('hostile').map(({ text }) => text.length))).toBeLessThan(2_100);
  });
});
