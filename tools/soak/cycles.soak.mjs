import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const CYCLES_A_MINUTE = 100;
const FLAT = 1.1;

/**
 * Spawn, call, kill: children in cages, with a secret and without, ended politely, by SIGKILL, by themselves and in the
 * middle of a call; a thousand in ten minutes. What they leave behind (claim M4).
 */
export async function soak({ root, minutes }) {
  const cycles = Math.max(12, Math.round(minutes * CYCLES_A_MINUTE));
  const project = join(root, 'libs/mcp-spawner');
  const code = await run(project, cycles);
  const spec = { claim: 'the spec itself', figure: code === 0 ? 'passed' : 'failed', met: code === 0 };
  const figures = figuresOf(join(project, '.test-report.json'));
  // A cycle that failed ends the spec before there are any.
  if (figures === undefined) return [spec];
  const { before, after, objects, memory } = figures;
  const unmoved = Object.keys(before).map((what) => ({
    claim: `${cycles} cycles of spawn, call, kill leave no ${what}`,
    figure: `${before[what]} before, ${after[what]} after`,
    met: after[what] <= before[what],
  }));
  const [first, third, last] = [memory[1], memory.at(-2), memory.at(-1)];
  const shown = (what) => memory.map((one) => Math.round(one[what] / 2 ** 20)).join(', ');
  return [
    ...unmoved,
    { claim: `${cycles} cycles leave no object of a child`, figure: String(objects), met: objects === 0 },
    {
      claim: `memory flat over ${cycles} cycles: before, then after each third`,
      figure: `heap ${shown('heap')} MB, resident ${shown('resident')} MB`,
      met: last.heap <= first.heap * FLAT && last.resident <= third.resident * FLAT,
    },
    spec,
  ];
}

function figuresOf(report) {
  const { files } = JSON.parse(readFileSync(report, 'utf8'));
  return files[0].tests[0].figures;
}

function run(cwd, cycles) {
  const child = spawn(
    process.execPath,
    [join(cwd, '../../tools/run/vitest.mjs'), 'test/cycles', '--reporter=dot'],
    { cwd, stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, CYCLES: String(cycles) } },
  );
  return new Promise((resolve) => child.on('close', resolve));
}
