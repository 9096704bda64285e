import { spawn } from 'node:child_process';
import { existsSync, globSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { countReport } from './test-report.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const nx = fileURLToPath(new URL('../../node_modules/nx/dist/bin/nx.js', import.meta.url));

/** As long as about all others together: begun last, as Nx would, it would run alone at the end. */
const LONGEST = '@gatehouse/server';

/**
 * Runs the `test` target of every project that has one, the longest beside the others one by one, and adds up their
 * reports. A project that left no report, or failed outside its tests, counts as one failure.
 *
 * @returns {Promise<{ passed: number, failed: number }>}
 */
export async function runProjectTests() {
  const projects = ['apps/*', 'libs/*', 'tools']
    .flatMap((pattern) => globSync(`${pattern}/package.json`, { cwd: root }))
    .map(dirname)
    .filter(hasTests);
  for (const project of projects) rmSync(reportOf(project), { force: true });
  const many = ['run-many', '-t', 'test', '--parallel=1', '--output-style=static'];
  const codes = await Promise.all([
    runNx([...many, '--projects', LONGEST]),
    runNx([...many, '--exclude', LONGEST]),
  ]);
  const code = Math.max(...codes);
  const results = projects.map(readReport);
  const passed = results.reduce((sum, result) => sum + result.passed, 0);
  const failed = results.reduce((sum, result) => sum + result.failed, 0);
  return { passed, failed: failed === 0 && code !== 0 ? 1 : failed };
}

function hasTests(project) {
  const { scripts } = JSON.parse(readFileSync(join(root, project, 'package.json'), 'utf8'));
  return scripts?.test !== undefined;
}

function reportOf(project) {
  return join(root, project, '.test-report.json');
}

function readReport(project) {
  if (!existsSync(reportOf(project))) {
    console.error(`✗ ${project}: its tests did not run`);
    return { passed: 0, failed: 1 };
  }
  const { passed, failed, problems } = countReport(JSON.parse(readFileSync(reportOf(project), 'utf8')));
  for (const problem of problems) console.error(`✗ ${problem}`);
  return { passed, failed };
}

function runNx(args) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [nx, ...args], {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, NX_DAEMON: 'false', NX_TUI: 'false' },
    });
    child.on('error', () => resolve(1));
    child.on('close', (code) => resolve(code ?? 1));
  });
}
