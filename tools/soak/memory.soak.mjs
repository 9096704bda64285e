import { execFile, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { hookBody, TOOL_USE } from '../bench/hook-body.mjs';
import { median } from '../bench/median.mjs';

const PORT = 18_091;
const ROUND_SECONDS = 10;
const run = promisify(execFile);

/** Memory before, during and after decisions as fast as ten connections ask for them, each with an id of its own. */
export async function soak({ root, minutes }) {
  const server = fork(join(root, 'apps/server/dist-bench/server-under-test.js'), [root, String(PORT)], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  try {
    const [{ port, token }] = await once(server, 'message');
    await delay(2000);
    const idle = await residentMegabytes(port);
    const rounds = Math.max(4, Math.round((minutes * 60) / ROUND_SECONDS));
    const seconds = (minutes * 60) / rounds;
    const samples = [];
    let answered = 0;
    let wrong = 0;
    for (let i = 0; i < rounds; i += 1) {
      const round = await load({ port, token, seconds });
      answered += round.answered;
      wrong += round.wrong;
      samples.push(await residentMegabytes(port));
    }
    return findings({ idle, samples, answered, wrong });
  } finally {
    server.send('stop');
    await once(server, 'exit');
  }
}

async function load({ port, token, seconds }) {
  const { stdout } = await run(process.execPath, [
    new URL('../bench/load.mjs', import.meta.url).pathname,
    JSON.stringify({
      port,
      token,
      seconds,
      path: '/api/v1/hooks/govern',
      body: hookBody(),
      unique: TOOL_USE,
      connections: 10,
      expect: '"permissionDecision":"allow"',
    }),
  ]);
  return JSON.parse(stdout);
}

/** Flat: the last quarter takes no more than a tenth more than the second one, when everything has warmed up. */
function findings({ idle, samples, answered, wrong }) {
  const quarter = Math.floor(samples.length / 4);
  const early = median(samples.slice(quarter, 2 * quarter));
  const late = median(samples.slice(-quarter));
  const figures = `${Math.round(early)} MB early, ${Math.round(late)} MB late, ${Math.round(Math.max(...samples))} MB at most, ${answered} decisions`;
  return [
    { claim: 'resident memory under 250 MB idle', figure: `${Math.round(idle)} MB`, met: idle < 250 },
    { claim: 'resident memory flat under load', figure: figures, met: late <= early * 1.1 },
    { claim: 'wrong answers', figure: String(wrong), met: wrong === 0 },
  ];
}

async function residentMegabytes(port) {
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  return Number(/^process_resident_memory_bytes (\S+)/m.exec(text)[1]) / 1e6;
}
