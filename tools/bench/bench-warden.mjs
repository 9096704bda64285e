import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { measureMcp } from './measure-mcp.mjs';
import { median } from './median.mjs';

const REPETITIONS = 9;

/**
 * What a warden costs: the same server with a secret and without, in turns. Both are caged; with `isolation: call` each
 * call starts a process. Targets: 40 ms more to start, 100 µs on a call's median, 20 MB of memory of its own.
 */
export async function benchWarden(root) {
  const server = fork(join(root, 'apps/server/dist-bench/server-under-test.js'), [root], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  try {
    const [{ port, mcpTokens }] = await once(server, 'message');
    const p50 = async (name, seconds) => {
      const options = { port, path: `/mcp/${name}`, token: mcpTokens[name], connections: 1, seconds };
      return (await measureMcp(root, options)).p50Ms;
    };
    const calls = await inTurns(
      () => p50('everything', 1),
      () => p50('everything_secret', 1),
    );
    const bytes = Math.max(...wardensBelow(server.pid).map(privateBytes));
    const starts = await inTurns(
      () => p50('everything_call', 2),
      () => p50('everything_secret_call', 2),
    );
    return [
      row(
        'a warden, more to start',
        `${Math.round(starts.more)} ms, on ${Math.round(starts.plain)} ms`,
        '40 ms',
        starts.more <= 40,
      ),
      row(
        'a warden, more on the median of a call',
        `${Math.round(calls.more * 1000)} µs, on ${Math.round(calls.plain * 1000)} µs`,
        '100 µs',
        calls.more <= 0.1,
      ),
      row(
        'a warden, memory of its own after these calls',
        `${(bytes / 2 ** 20).toFixed(1)} MB`,
        '20 MB',
        bytes <= 20 * 2 ** 20,
      ),
    ];
  } finally {
    server.send('stop');
    await once(server, 'exit');
  }
}

/** One warm-up, then one after the other: the median without, and that of what is more with. */
async function inTurns(plain, warded) {
  const rounds = [];
  for (let i = -1; i < REPETITIONS; i += 1) {
    const round = { plain: await plain(), warded: await warded() };
    if (i >= 0) rounds.push(round);
  }
  return {
    plain: median(rounds.map((round) => round.plain)),
    more: median(rounds.map((round) => round.warded - round.plain)),
  };
}

function wardensBelow(pid) {
  return childrenOf(pid).flatMap((child) => [
    ...(textOf(`/proc/${child}/cmdline`).includes('/warden.cjs') ? [child] : []),
    ...wardensBelow(child),
  ]);
}

function childrenOf(pid) {
  return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
    textOf(`/proc/${pid}/task/${thread}/children`).trim().split(' ').filter(Boolean).map(Number),
  );
}

function privateBytes(pid) {
  const pages = textOf(`/proc/${pid}/smaps_rollup`).matchAll(/^Private_(?:Clean|Dirty):\s+(\d+) kB/gm);
  return [...pages].reduce((sum, [, kilobytes]) => sum + Number(kilobytes) * 1024, 0);
}

function textOf(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function row(claim, figure, target, met) {
  return { claim, figure, target, met };
}
