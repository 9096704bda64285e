import { execFile, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { hookBody } from '../bench/hook-body.mjs';
import { median } from '../bench/median.mjs';

const ALLOW = '"permissionDecision":"allow"';
const DENY = '"permissionDecision":"deny"';
const GOVERN = '/api/v1/hooks/govern';
const run = promisify(execFile);

/** Who floods, and with what. */
const FLOODS = [
  { name: 'garbage for a token', token: 'garbage', connections: 16, expect: DENY },
  {
    name: 'hook credentials made up',
    token: `ghk_${'0123456789abcdef'.repeat(6)}`,
    connections: 64,
    expect: DENY,
  },
  {
    name: 'hook credentials made up, each another',
    token: `ghk_${'0123456789abcdef'.repeat(4)}${'7'.repeat(32)}`,
    unique: '7'.repeat(32),
    connections: 64,
    expect: DENY,
  },
  {
    name: 'more than may wait, who come back at once',
    token: 'garbage',
    connections: 3000,
    expect: DENY,
    reconnect: true,
  },
  { name: 'the MCP door', path: '/mcp/filesystem', token: 'garbage', connections: 64, expect: ' 401 ' },
  {
    name: 'what needs no credential',
    path: '/healthz',
    token: 'garbage',
    connections: 64,
    expect: 'HTTP/1.1',
  },
];

/**
 * Callers without a valid credential flood the doors as fast as they are answered, on and off, while one caller with a
 * token goes on: how much longer it waits than just before, and how many rows the flood leaves (threat T6).
 */
export async function soak({ root, minutes }) {
  const server = fork(join(root, 'apps/server/dist-bench/server-under-test.js'), [root], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  try {
    const [{ port, token }] = await once(server, 'message');
    const load = async (options) => {
      const { stdout } = await run(process.execPath, [
        join(root, 'tools/bench/load.mjs'),
        JSON.stringify({ port, path: GOVERN, body: hookBody(), ...options }),
      ]);
      return JSON.parse(stdout);
    };
    const caller = (seconds) => load({ token, connections: 1, seconds, expect: ALLOW });
    await caller(2);
    const turnSeconds = Math.min(20, (minutes * 60) / (2 * FLOODS.length));
    const before = await rowsOf(port);
    const turns = [];
    const startedAt = performance.now();
    while (turns.length < FLOODS.length || performance.now() - startedAt < minutes * 60_000) {
      const { name, ...flood } = FLOODS[turns.length % FLOODS.length];
      const idle = await caller(turnSeconds);
      const [flooded, sent] = await Promise.all([
        caller(turnSeconds),
        load({ ...flood, seconds: turnSeconds }),
      ]);
      turns.push({ name, idle, flooded, sent });
    }
    const rows = (await rowsOf(port)) - before;
    return findings({ turns, rows, minutes: (performance.now() - startedAt) / 60_000 });
  } finally {
    server.send('stop');
    await once(server, 'exit');
  }
}

function findings({ turns, rows, minutes }) {
  const sum = (of) => turns.reduce((total, turn) => total + of(turn), 0);
  const p99s = [...Map.groupBy(turns, ({ name }) => name)].map(([name, of]) => {
    const p99 = (which) => median(of.map((turn) => turn[which].p99Ms));
    const ratio = p99('flooded') / p99('idle');
    const rate = Math.round(median(of.map(({ sent }) => sent.perSecond)));
    return {
      claim: `another caller's p99 under twice its idle value while ${name} floods, ${rate}/s answered`,
      figure: `${p99('flooded').toFixed(2)} ms to ${p99('idle').toFixed(2)} ms, ${ratio.toFixed(2)} times`,
      met: ratio < 2,
    };
  });
  const sent = sum((turn) => turn.sent.answered);
  const ofFlood = rows - sum(({ idle, flooded }) => idle.answered + flooded.answered);
  const wrong = turns
    .filter(({ sent, idle, flooded }) => sent.wrong + idle.wrong + flooded.wrong > 0)
    .map(
      ({ name, sent, idle, flooded }) =>
        `${name} ${sent.wrong}, caller ${idle.wrong} and ${flooded.wrong} (${[...sent.said, ...idle.said, ...flooded.said].join('; ')})`,
    );
  return [
    ...p99s,
    {
      claim: 'rows of the flood, sixty a minute and the summaries',
      figure: `${ofFlood} for ${sent} requests in ${minutes.toFixed(1)} minutes`,
      met: ofFlood <= 62 * (Math.ceil(minutes) + 1),
    },
    { claim: 'wrong answers', figure: wrong.join(', ') || '0', met: wrong.length === 0 },
  ];
}

/** Rows that the server has committed. */
async function rowsOf(port) {
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  return Number(/^gatehouse_audit_rows_total (\d+)/m.exec(text)?.[1] ?? 0);
}
