import { spawn } from 'node:child_process';
import { existsSync, globSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterSecondLook, filesToLookAtAgain } from './second-look.mjs';
import { countReport } from './test-report.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const nx = fileURLToPath(new URL('../../node_modules/nx/dist/bin/nx.js', import.meta.url));

/**
 * As long as about all others together: begun last, as Nx would, it would run alone at the end. Two of its files run at a
 * time, beside two other projects: most tests wait for a process or a database a third of their time.
 */
const LONGEST = '@gatehouse/server';

/**
 * Runs the `test` target of every project that has one, the longest beside the others two by two, and adds up their
 * reports. A project that left no report counts as one failure, and so does one that Nx alone calls failed. The few files
 * that failed are run once more, alone: what passes then counts as passed, and is told as unsteady.
 *
 * @returns {Promise<{ passed: number, failed: number, unsteady: string[] }>}
 */
export async function runProjectTests() {
  const folders = ['apps/*', 'libs/*', 'tools']
    .flatMap((pattern) => globSync(`${pattern}/package.json`, { cwd: root }))
    .map(dirname)
    .filter(hasTests);
  for (const folder of folders) rmSync(reportOf(folder), { force: true });
  const many = ['run-many', '-t', 'test', '--parallel=2', '--output-style=static'];
  const codes = await Promise.all([
    runNx([...many, '--projects', LONGEST]),
    runNx([...many, '--exclude', LONGEST]),
  ]);
  const reports = new Map(folders.map((folder) => [folder, readReport(folder)]));
  const settled = await lookAgain(reports);
  const results = [...reports].map(([folder, report]) =>
    report === undefined
      ? { passed: 0, failed: 1, problems: [`${folder}: its tests did not run`], unsteady: [] }
      : countReport(report, (file) => settled.get(file)),
  );
  for (const problem of results.flatMap(({ problems }) => problems)) console.error(`✗ ${problem}`);
  const failed = results.reduce((sum, result) => sum + result.failed, 0);
  const explained = failed > 0 || settled.size > 0 || codes.every((code) => code === 0);
  return {
    passed: results.reduce((sum, result) => sum + result.passed, 0),
    failed: explained ? failed : 1,
    unsteady: results.flatMap(({ unsteady }) => unsteady),
  };
}

/** @param {Map<string, import('./test-report.mjs').Report | undefined>} reports By the projects' folders. */
async function lookAgain(reports) {
  const files = [...reports].flatMap(([folder, report]) =>
    (report?.files ?? []).map((file) => ({ folder, file })),
  );
  const settled = new Map();
  for (const file of filesToLookAtAgain(files.map(({ file }) => file))) {
    const { folder } = files.find((each) => each.file === file);
    console.log(`\n${file.path} failed, and is run once more, alone.\n`);
    settled.set(file, afterSecondLook(file, await runAlone(folder, file.path)));
  }
  return settled;
}

async function runAlone(folder, path) {
  rmSync(reportOf(folder), { force: true });
  const { name } = manifestOf(folder);
  await runNx(['run', `${name}:test`, '--skip-nx-cache', '--output-style=static', '--', join(root, path)]);
  return readReport(folder);
}

function hasTests(folder) {
  return manifestOf(folder).scripts?.test !== undefined;
}

function manifestOf(folder) {
  return JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
}

function reportOf(folder) {
  return join(root, folder, '.test-report.json');
}

/** @returns {import('./test-report.mjs').Report | undefined} */
function readReport(folder) {
  return existsSync(reportOf(folder)) ? JSON.parse(readFileSync(reportOf(folder), 'utf8')) : undefined;
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
