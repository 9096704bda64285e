import { spawn } from 'node:child_process';
import { join } from 'node:path';

const PARTS = [
  { what: 'hook bodies and headers', project: 'apps/server', spec: 'test/fuzz/hook-body', casesAMinute: 250 },
  { what: 'messages at the MCP door', project: 'apps/server', spec: 'test/fuzz/mcp-door', casesAMinute: 250 },
  {
    what: 'configuration files',
    project: 'libs/config',
    spec: 'src/hostile-configuration',
    casesAMinute: 1000,
  },
];

/** The properties of the fuzz specs with many cases and a new seed: a failure prints the seed and the smallest case. */
export async function soak({ root, minutes }) {
  const findings = [];
  for (const { what, project, spec, casesAMinute } of PARTS) {
    const cases = Math.ceil((minutes / PARTS.length) * casesAMinute);
    const code = await run(join(root, project), spec, cases);
    findings.push({ claim: `${what}, hostile in every field`, figure: `${cases} cases`, met: code === 0 });
  }
  return findings;
}

function run(cwd, spec, cases) {
  const child = spawn(
    process.execPath,
    [join(cwd, '../../tools/run/vitest.mjs'), spec, '--testTimeout=3000000', '--reporter=dot'],
    { cwd, stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, FUZZ_RUNS: String(cases) } },
  );
  return new Promise((resolve) => child.on('close', resolve));
}
