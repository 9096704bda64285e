import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';

const workspace = fileURLToPath(new URL('../..', import.meta.url));
let checkout: string;

/** A race: lost when it is run for the first time, won ever after. */
const RACE = `
  import { existsSync, writeFileSync } from 'node:fs';
  import { expect, it } from 'vitest';
  it('adds', () => undefined);
  it('races', () => {
    const again = existsSync('ran');
    writeFileSync('ran', '');
    expect(again, 'the first is not there').toBe(true);
  });
`;
const LATE = `import { it } from 'vitest'; it('starts', () => { Promise.reject(new Error('too late')); });`;
const KILLED = `import { it } from 'vitest'; it('dies', () => process.kill(process.pid, 'SIGKILL'));`;
const RIGHT = `import { it } from 'vitest'; it('adds', ({ task }) => { task.meta.figures = { sum: 2 }; });`;

beforeAll(() => {
  checkout = mkdtempSync(join(tmpdir(), 'gatehouse-tests-'));
  for (const path of ['tools/run', 'nx.json', 'vitest.config.ts', 'tsconfig.json', 'tsconfig.base.json']) {
    cpSync(join(workspace, path), join(checkout, path), { recursive: true });
  }
  symlinkSync(join(workspace, 'node_modules'), join(checkout, 'node_modules'));
  write('package.json', { name: 'a', version: '1.0.0', private: true, workspaces: ['apps/*', 'libs/*'] });
});
afterAll(() => rmSync(checkout, { recursive: true }));

it('runs what failed once more and tells what passes then; an error outside, and a process that died, stay failures', () => {
  projects({ 'libs/race': RACE, 'libs/late': LATE, 'libs/killed': KILLED, 'apps/server': RIGHT });
  expect(testRun()).toEqual({
    passed: 4,
    failed: 1 + 2,
    unsteady: [expect.stringMatching(/^libs\/race\/src\/a\.spec\.ts: races — .*the first is not there/)],
  });
  const report = JSON.parse(readFileSync(join(checkout, 'apps/server/.test-report.json'), 'utf8'));
  expect(report.files[0].tests[0]).toMatchObject({ name: 'adds', figures: { sum: 2 } });
}, 180_000);

function projects(specs: Record<string, string>): void {
  for (const [folder, spec] of Object.entries(specs)) {
    mkdirSync(join(checkout, folder, 'src'), { recursive: true });
    const name = `@gatehouse/${folder.split('/')[1]}`;
    const scripts = { test: 'node ../../tools/run/vitest.mjs' };
    write(`${folder}/package.json`, { name, version: '1.0.0', private: true, type: 'module', scripts });
    writeFileSync(join(checkout, folder, 'src/a.spec.ts'), spec);
  }
}

function write(path: string, document: object): void {
  writeFileSync(join(checkout, path), JSON.stringify(document));
}

function testRun(): object {
  const script = `
    import { runProjectTests } from './tools/run/project-tests.mjs';
    console.log('RESULT' + JSON.stringify(await runProjectTests()));
  `;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    cwd: checkout,
    encoding: 'utf8',
    env: { PATH: process.env.PATH, HOME: checkout },
  });
  const result = /^RESULT(.*)$/m.exec(stdout)?.[1];
  if (result === undefined) throw new Error(stdout + stderr);
  return JSON.parse(result);
}
