import { execFile, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { hookBody } from '../bench/hook-body.mjs';
import { median } from '../bench/median.mjs';

const ALLOW = '"permissionDecision":"allow"';
const DENY = '"permissionDecision":"deny"';
const PORT = 18_090;
const FLOODERS = 16;
const run = promisify(execFile);

/**
 * Callers without a valid credential flood the hook door as fast as they are answered, on and off, while one caller
 * with a token goes on: how much longer it waits, and how many rows the flood leaves (threat T6).
 */
export async function soak({ root, minutes }) {
  const server = fork(join(root, 'apps/server/dist-bench/server-under-test.js'), [root, String(PORT)], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  try {
    const [{ port, token }] = await once(server, 'message');
    const load = async (options) => {
      const { stdout } = await run(process.execPath, [
        join(root, 'tools/bench/load.mjs'),
        JSON.stringify({ port, path: '/api/v1/hooks/govern', body: hookBody(), ...options }),
      ]);
      return JSON.parse(stdout);
    };
    const caller = (seconds) => load({ token, connections: 1, seconds, expect: ALLOW });
    const flood = (seconds) => load({ token: 'garbage', connections: FLOODERS, seconds, expect: DENY });
    await caller(2);
    const turnSeconds = Math.min(20, (minutes * 60) / 6);
    const before = await counters(port);
    const turns = [];
    const endsAt = Date.now() + minutes * 60_000;
    while (turns.length === 0 || Date.now() < endsAt) {
      const idle = await caller(turnSeconds);
      const [flooded, sent] = await Promise.all([caller(turnSeconds), flood(turnSeconds)]);
      turns.push({ idle, flooded, sent });
    }
    const after = await counters(port);
    return findings({ turns, before, after, minutes });
  } finally {
    server.send('stop');
    await once(server, 'exit');
  }
}

function findings({ turns, before, after, minutes }) {
  const p99 = (of) => median(turns.map((turn) => turn[of].p99Ms));
  const ratio = p99('flooded') / p99('idle');
  const sent = turns.reduce((sum, turn) => sum + turn.sent.answered, 0);
  const wrong = turns.reduce((sum, turn) => sum + turn.sent.wrong + turn.idle.wrong + turn.flooded.wrong, 0);
  const rows = sent - (after.summarised - before.summarised);
  const allowed = 600 * (Math.ceil(minutes) + 1);
  const seconds = turns.length * Math.min(20, (minutes * 60) / 6);
  return [
    {
      claim: `another caller's p99 under twice its idle value, ${FLOODERS} flooders, ${Math.round(sent / seconds)}/s`,
      figure: `${p99('flooded').toFixed(2)} ms to ${p99('idle').toFixed(2)} ms, ${ratio.toFixed(2)} times`,
      met: ratio < 2,
    },
    { claim: 'rows of the flood', figure: `${rows} for ${sent} requests`, met: rows <= allowed },
    { claim: 'wrong answers', figure: String(wrong), met: wrong === 0 },
  ];
}

async function counters(port) {
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  const of = (name) => Number(new RegExp(`^${name} (\\d+)`, 'm').exec(text)?.[1] ?? 0);
  return { summarised: of('gatehouse_audit_summarised_calls_total') };
}
