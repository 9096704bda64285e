import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { hookBody } from './hook-body.mjs';
import { median } from './median.mjs';

const REPETITIONS = 5;
const CALLS = 50_000;

/** P2: the five checks alone, on 1 KB with nothing to parse and on a shell command. */
export function benchChecks(root) {
  const plain = measure(root, hookBody());
  const shell = measure(
    root,
    JSON.stringify({
      tool_name: 'Bash',
      cwd: '/home/maya/reports',
      tool_input: {
        command: 'cd build && find . -name "*.tmp" -mtime +7 | xargs -r ls -la && git status --short',
      },
    }),
  );
  return [
    row('P2 five checks, 1 KB, p50', plain.p50Us, 15),
    row('P2 five checks, 1 KB, p99', plain.p99Us, 100),
    row('P2 with a shell command, p50', shell.p50Us, 100),
    row('P2 with a shell command, p99', shell.p99Us, 500),
  ];
}

function measure(root, body) {
  const program = join(root, 'apps/server/dist-bench/checks-under-test.js');
  const runs = Array.from({ length: REPETITIONS }, () =>
    JSON.parse(execFileSync(process.execPath, [program, root, body, String(CALLS)], { encoding: 'utf8' })),
  );
  return { p50Us: median(runs.map((run) => run.p50Us)), p99Us: median(runs.map((run) => run.p99Us)) };
}

function row(claim, us, target) {
  return { claim, figure: `${us.toFixed(1)} µs`, target: `${target} µs`, met: us <= target };
}
