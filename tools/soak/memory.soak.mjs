import { execFile, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { hookBody } from '../bench/hook-body.mjs';
import { median } from '../bench/median.mjs';

const ALLOW = '"permissionDecision":"allow"';
const PORT = 18_092;
const SAMPLE_MS = 2000;
const IDLE_MB = 250;
/** What the last third may use more than the one before it. */
const FLAT = 1.1;
const run = promisify(execFile);

/** Decisions without a pause: what the server's memory does meanwhile, and what it is before and after (claim P6). */
export async function soak({ root, minutes }) {
  const server = fork(join(root, 'apps/server/dist-bench/server-under-test.js'), [root, String(PORT)], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  try {
    const [{ port, token }] = await once(server, 'message');
    await pause(3000);
    const idle = await residentMb(port);
    const samples = [];
    const options = { port, path: '/api/v1/hooks/govern', body: hookBody(), token, expect: ALLOW };
    const loaded = run(process.execPath, [
      join(root, 'tools/bench/load.mjs'),
      JSON.stringify({ ...options, connections: 50, seconds: minutes * 60 }),
    ]);
    let over = false;
    void loaded.finally(() => {
      over = true;
    });
    while (!over) {
      await pause(SAMPLE_MS);
      samples.push(await residentMb(port));
    }
    const report = JSON.parse((await loaded).stdout);
    const third = Math.floor(samples.length / 3);
    const before = median(samples.slice(third, 2 * third));
    const last = median(samples.slice(2 * third));
    return [
      { claim: `memory, idle, under ${IDLE_MB} MB`, figure: `${Math.round(idle)} MB`, met: idle < IDLE_MB },
      {
        claim: `memory flat under ${minutes} minutes of load, ${Math.round(report.perSecond)} decisions/s`,
        figure: `${Math.round(before)} MB in the second third, ${Math.round(last)} MB in the last, ${Math.round(Math.max(...samples))} MB at most`,
        met: last <= before * FLAT,
      },
      { claim: 'wrong answers', figure: String(report.wrong), met: report.wrong === 0 },
    ];
  } finally {
    server.send('stop');
    await once(server, 'exit');
  }
}

async function residentMb(port) {
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  return Number(/^process_resident_memory_bytes (\S+)/m.exec(text)?.[1] ?? Number.NaN) / 1024 / 1024;
}
