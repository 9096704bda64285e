import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { JsonObject, JsonValue } from '@gatehouse/kernel';
import { afterEach, describe, expect, it } from 'vitest';
import { anOwner, aPool, aServer, type TestPool, until } from '../../test/a-server.ts';
import { callTool, textOf } from '../../test/call-tool.ts';

let running: TestPool | undefined;
afterEach(async () => {
  await running?.pool.stop();
  running = undefined;
});

function start(...servers: Parameters<typeof aPool>): TestPool {
  running = aPool(...servers);
  return running;
}

/** What is kept once what is garbage is collected; of buffers, that is done in the background. */
function held(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

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
    expect(textOf(await callTool(child, tool, args))).toBe(expected);
    expect(textOf(await callTool(child, 'echo', { still: 'fine' }))).toBe('{"still":"fine"}');
  });

  it.each(['never_answer', 'empty_answer', 'deep'])('%s: ends with its time', async (tool) => {
    const { pool } = start(aServer({ limits: { timeoutMs: 1_000 } }));
    const child = await pool.acquire('hostile', anOwner());
    expect(await callTool(child, tool)).toEqual({ kind: 'timeout' });
    expect(textOf(await callTool(child, 'echo', { still: 'fine' }))).toBe('{"still":"fine"}');
  });

  it('never_answer: tells the child to give up', async () => {
    const { pool } = start(aServer({ limits: { timeoutMs: 1_000 } }));
    const child = await pool.acquire('hostile', anOwner());
    await callTool(child, 'never_answer');
    const read = await child.request({ method: 'resources/read', params: { uri: 'hostile://cancelled' } });
    expect(JSON.stringify(read)).toContain('[2]');
  });

  it('huge: is told that the answer was too large, and the child lives on', async () => {
    const { pool, servers } = start(aServer({ limits: { outputBytes: 10_000 } }));
    const child = await pool.acquire('hostile', anOwner());
    const other = callTool(child, 'late', { ms: 200 });
    expect(await callTool(child, 'huge', { bytes: 1_000_000 })).toEqual({ kind: 'too_large' });
    expect(textOf(await other)).toBe('late');
    expect(servers.find('hostile')?.counters.oversizedLines).toBe(1);
  });

  it('huge: an endless line costs no memory and ends with the time of its call', async () => {
    const { pool } = start(aServer({ limits: { outputBytes: 10_000, timeoutMs: 500 } }));
    const child = await pool.acquire('hostile', anOwner());
    const before = held();
    expect(await callTool(child, 'huge', { bytes: 64_000_000, unfinished: true })).toEqual({
      kind: 'timeout',
    });
    await expect.poll(() => held() - before).toBeLessThan(16_000_000);
  });

  it('flood: is slowed down, not the server', async () => {
    const { pool } = start(aServer({ limits: { timeoutMs: 500 } }));
    const child = await pool.acquire('hostile', anOwner());
    const delay = monitorEventLoopDelay({ resolution: 5 });
    delay.enable();
    const outcome = await callTool(child, 'flood', { count: 50_000, bytes: 1_000 });
    delay.disable();
    expect(outcome).toEqual({ kind: 'timeout' });
    // Not the longest: on a busy machine anything may have to wait once.
    expect(delay.percentile(90) / 1e6).toBeLessThan(300);
  });

  it('prototype: cannot reach a prototype of ours', async () => {
    const { pool } = start(aServer());
    await callTool(await pool.acquire('hostile', anOwner()), 'prototype');
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  it('error: reaches the caller with all its members', async () => {
    const { pool } = start(aServer());
    const outcome = await callTool(await pool.acquire('hostile', anOwner()), 'error', {
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
    const heard = JSON.parse(textOf(await callTool(child, 'ask_client'))) as JsonObject[];
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
    await callTool(await pool.acquire('hostile', anOwner()), 'stderr', { lines: 1_000, bytes: 5_000 });
    await until(() => servers.stderr('hostile').at(-1)?.text.startsWith('999 ') === true);
    expect(servers.stderr('hostile')).toHaveLength(256);
    expect(Math.max(...servers.stderr('hostile').map(({ text }) => text.length))).toBeLessThan(5_100);
  });

  it('withholds a line of standard error that is too long to be redacted: a part of it could be half of a secret', async () => {
    const { pool, servers } = start(aServer());
    await callTool(await pool.acquire('hostile', anOwner()), 'stderr', { lines: 1, bytes: 9_000 });
    await until(() => servers.stderr('hostile').length > 0);
    expect(servers.stderr('hostile').map(({ text }) => text)).toEqual([
      '[a line of more than 8 KiB is withheld]',
    ]);
  });
});
