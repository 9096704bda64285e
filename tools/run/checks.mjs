import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { ALL_CHECKS } from '../checks/all-checks.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const bin = (name) => fileURLToPath(new URL(`../../node_modules/${name}`, import.meta.url));

/** What other tools judge: types, format and lint, type-aware lint. */
const TOOLS = [
  { name: 'types are right (tsc)', command: [bin('typescript/bin/tsc'), '-p', 'tsconfig.json'] },
  {
    name: 'format and lint are right (biome)',
    command: [bin('@biomejs/biome/bin/biome'), 'ci', '--colors=off', '--diagnostic-level=warn', '.'],
  },
  {
    name: 'no promise floats (oxlint)',
    command: [bin('oxlint/bin/oxlint'), '--type-aware', '--quiet', 'apps', 'libs', 'tools'],
  },
];

/** Runs every check and prints what each found. @returns {Promise<{ passed: number, failed: number }>} */
export async function runChecks() {
  const tools = TOOLS.map(runTool);
  const own = ALL_CHECKS.map(runOwn);
  let failed = 0;
  for (const { name, problems } of await Promise.all([...own, ...tools])) {
    console.log(`${problems.length === 0 ? '✓' : '✗'} ${name}`);
    for (const problem of problems) console.log(`    ${problem}`);
    if (problems.length > 0) failed += 1;
  }
  return { passed: ALL_CHECKS.length + TOOLS.length - failed, failed };
}

async function runOwn({ name, run }) {
  try {
    const findings = await run(root);
    return {
      name,
      problems: findings.map(({ file, line, message }) => `${file}${line > 0 ? `:${line}` : ''}  ${message}`),
    };
  } catch (error) {
    return { name, problems: [`the check itself failed: ${error.stack ?? error}`] };
  }
}

function runTool({ name, command }) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, command, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (output += chunk));
    child.on('error', (error) => resolve({ name, problems: [String(error)] }));
    child.on('close', (code) => {
      const lines = output.trimEnd().split('\n');
      resolve({ name, problems: code === 0 ? [] : [`exit code ${code}`, ...lines] });
    });
  });
}
