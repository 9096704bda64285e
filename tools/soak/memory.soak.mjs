import { execFile, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { hookBody } from '../bench/hook-body.mjs';
import { median } from '../bench/median.mjs';

const ALLOW = '"permissionDecision":"allow"';
const SAMPLE_MS = 2000;
const IDLE_MB = 250;
/** What the last third may use more than the one before it. Of the heap, what is left after each collection counts. */
const FLAT = 1.1;
const run = promisify(execFile);

/** Decisions without a pause: what the server's memory does meanwhile, and what it is before and after (claim P6). */
export async function soak({ root, minutes }) {
  const server = fork(join(root, 'apps/server/dist-bench/server-under-test.js'), [root], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  try {
    const [{ port, token }] = await once(server, 'message');
    await pause(3000);
    const idle = (await memoryOf(port)).resident;
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
      samples.push(await memoryOf(port));
    }
    const report = JSON.parse((await loaded).stdout);
    const third = Math.floor(samples.length / 3);
    const [before, last] = [samples.slice(third, 2 * third), samples.slice(2 * third)];
    const resident = (of) => median(of.map((sample) => sample.resident));
    const heap = (of) => Math.min(...of.map((sample) => sample.heap));
    return [
      { claim: `memory, idle, under ${IDLE_MB} MB`, figure: `${Math.round(idle)} MB`, met: idle < IDLE_MB },
      {
        claim: `memory flat under ${minutes} minutes of load, ${Math.round(report.perSecond)} decisions/s`,
        figure: `${shown(resident, before)} MB in the second third, ${shown(resident, last)} MB in the last; heap ${shown(heap, before)} and ${shown(heap, last)} MB`,
        met: resident(last) <= resident(before) * FLAT && heap(last) <= heap(before) * FLAT + 8,
      },
      {
        claim: 'wrong answers',
        figure: [report.wrong, ...report.said].join('; '),
        met: report.wrong === 0,
      },
    ];
  } finally {
    server.send('stop');
    await once(server, 'exit');
  }
}

const shown = (measure, of) => Math.round(measure(of));

async function memoryOf(port) {
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  const megabytes = (name) => Number(new RegExp(`^${name} (\\S+)`, 'm').exec(text)?.[1]) / 1024 / 1024;
  return {
    resident: megabytes('process_resident_memory_bytes'),
    heap: megabytes('nodejs_heap_size_used_bytes'),
  };
}
