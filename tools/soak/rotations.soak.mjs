import { spawn } from 'node:child_process';
import { join } from 'node:path';

const PARTS = [
  { what: 'keepers, at each change of a file', project: 'libs/secrets' },
  { what: 'commands, at each message to PostgreSQL, before it and after its answer', project: 'apps/cli' },
];

/** SIGKILL of rotations of a secret and of the master key at every step there is (claim S4). Takes what it takes. */
export async function soak({ root }) {
  const findings = [];
  for (const { what, project } of PARTS) {
    const code = await run(join(root, project));
    const claim = `rotations killed by SIGKILL, ${what}: nothing lost, and the next one finishes`;
    findings.push({ claim, figure: code === 0 ? 'held' : 'did not hold', met: code === 0 });
  }
  return findings;
}

function run(cwd) {
  const child = spawn(process.execPath, [join(cwd, '../../tools/run/vitest.mjs'), 'test/killed'], {
    cwd,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, KILL_AT_EVERY_STEP: 'yes' },
  });
  return new Promise((resolve) => child.on('close', resolve));
}
