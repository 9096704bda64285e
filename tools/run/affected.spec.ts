import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

it.each([
  ['apps/cli/src/gatehouse-command.ts', ['cli']],
  ['libs/governance/src/index.ts', ['cli', 'governance', 'mcp-spawner', 'platform', 'server']],
  ['README.md', []],
])('a change of %s touches the tests of %j alone', (file, projects) => {
  expect(affectedBy(file)).toEqual(projects);
});

it('a change of the shipped services touches whatever reads the configuration, and nothing below it', () => {
  const affected = affectedBy('services/governance/rate-limits.yaml');
  expect(affected).toContain('config');
  expect(affected).not.toContain('kernel');
  expect(affected).not.toContain('secret-scanner');
});

function affectedBy(file: string): string[] {
  const nx = fileURLToPath(new URL('../../node_modules/nx/dist/bin/nx.js', import.meta.url));
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    [nx, 'show', 'projects', '--affected', `--files=${file}`, '--withTarget=test', '--json'],
    { cwd: root, encoding: 'utf8', env: { ...process.env, NX_DAEMON: 'false' } },
  );
  if (status !== 0) throw new Error(stderr);
  const projects: string[] = JSON.parse(stdout);
  return projects.map((project) => project.replace('@gatehouse/', '')).sort();
}
