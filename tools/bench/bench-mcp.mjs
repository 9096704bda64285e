import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '../../libs/config/src/profile/free-port.ts';
import { measureMcp } from './measure-mcp.mjs';
import { median } from './median.mjs';

const REPETITIONS = 5;
const SECONDS = 3;
const CONNECTIONS = 16;

/**
 * P3: 16 concurrent calls of one session to one child of the same server, through Gatehouse with its checks and rows,
 * and through two proxies that check nothing; interleaved. Then what a process for each call costs beside its bare start.
 */
export async function benchMcp(root) {
  const ports = { proxy: await freePort(), supergateway: await freePort() };
  const bin = (name) => join(root, 'node_modules', '.bin', name);
  const everything = `${process.execPath} ${bin('mcp-server-everything')} stdio`;
  const quiet = { stdio: 'ignore', detached: true };
  const proxy = spawn(
    process.execPath,
    [bin('mcp-proxy'), '--host', '127.0.0.1', '--port', String(ports.proxy), '--shell', everything],
    quiet,
  );
  const supergateway = spawn(
    process.execPath,
    [
      bin('supergateway'),
      '--stdio',
      everything,
      '--outputTransport',
      'streamableHttp',
      '--stateful',
      '--port',
      String(ports.supergateway),
      '--logLevel',
      'none',
    ],
    quiet,
  );
  const server = fork(join(root, 'apps/server/dist-bench/server-under-test.js'), [root], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  try {
    const [{ port, mcpTokens }] = await once(server, 'message');
    await Promise.all([listening(ports.proxy), listening(ports.supergateway)]);
    const measure = (options) => measureMcp(root, { connections: CONNECTIONS, seconds: SECONDS, ...options });
    const through = {
      gatehouse: () => measure({ port, path: '/mcp/everything', token: mcpTokens.everything }),
      proxy: () => measure({ port: ports.proxy, path: '/mcp' }),
      supergateway: () => measure({ port: ports.supergateway, path: '/mcp' }),
    };
    for (const one of Object.values(through)) await one();
    const rounds = [];
    for (let i = 0; i < REPETITIONS; i += 1) {
      const round = {};
      for (const [name, one] of Object.entries(through)) round[name] = await one();
      rounds.push(round);
    }
    const of = (name) => median(rounds.map((round) => round[name].perSecond));
    const ratio = (name) => median(rounds.map((round) => round.gatehouse.perSecond / round[name].perSecond));
    const calls = [];
    for (let i = 0; i < REPETITIONS; i += 1) {
      const token = mcpTokens.everything_call;
      const options = { port, path: '/mcp/everything_call', token, connections: 1 };
      calls.push((await measure({ ...options, seconds: 1 })).p50Ms);
    }
    const bare = [];
    for (let i = 0; i < REPETITIONS; i += 1) bare.push(await bareStart(bin('mcp-server-everything')));
    const p50 = median(rounds.map((round) => round.gatehouse.p50Ms));
    return [
      row(
        'P3 tools/call, 16 at a time',
        `${Math.round(of('gatehouse'))}/s, p50 ${p50.toFixed(1)} ms`,
        '',
        true,
      ),
      row(
        'P3 of mcp-proxy',
        `${ratio('proxy').toFixed(2)} of ${Math.round(of('proxy'))}/s`,
        '1.5',
        ratio('proxy') >= 1.5,
      ),
      row(
        'P3 of supergateway',
        `${ratio('supergateway').toFixed(2)} of ${Math.round(of('supergateway'))}/s`,
        '5',
        ratio('supergateway') >= 5,
      ),
      row(
        'first result of isolation: call',
        `${Math.round(median(calls))} ms, bare start and call ${Math.round(median(bare))} ms`,
        '',
        true,
      ),
    ];
  } finally {
    server.send('stop');
    for (const child of [proxy, supergateway])
      if (child.exitCode === null) process.kill(-child.pid, 'SIGTERM');
    await once(server, 'exit');
  }
}

/** Milliseconds from nothing to the first result, with nothing of ours between. */
async function bareStart(executable) {
  const startedAt = performance.now();
  const child = spawn(process.execPath, [executable, 'stdio'], { stdio: ['pipe', 'pipe', 'ignore'] });
  let text = '';
  const answer = async (id) => {
    while (!text.includes(`"id":${id}}`) && !text.includes(`"id":${id},`)) {
      const [chunk] = await once(child.stdout, 'data');
      text += chunk;
    }
  };
  const write = (message) => child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  const clientInfo = { name: 'bench', version: '1' };
  const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo };
  write({ id: 1, method: 'initialize', params });
  await answer(1);
  write({ method: 'notifications/initialized' });
  write({ id: 2, method: 'tools/call', params: { name: 'echo', arguments: { message: 'hello' } } });
  await answer(2);
  const tookMs = performance.now() - startedAt;
  child.kill();
  await once(child, 'exit');
  return tookMs;
}

async function listening(port) {
  for (let i = 0; i < 300; i += 1) {
    const answer = await fetch(`http://127.0.0.1:${port}/`).catch(() => undefined);
    if (answer !== undefined) return;
    await pause(100);
  }
  throw new Error(`nothing listens on ${port}`);
}

function row(claim, figure, target, met) {
  return { claim, figure, target, met };
}
