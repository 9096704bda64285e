import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { build, CommandLine } from './support/command-line.ts';

const RUN = fileURLToPath(new URL('../bin/run.js', import.meta.url));
let shell: CommandLine;

beforeAll(async () => {
  await build('cli');
  shell = new CommandLine();
});

afterAll(() => shell.remove());

it.each([
  ['NODE_OPTIONS', '--inspect=127.0.0.1:0'],
  ['LD_PRELOAD', '/nonexistent.so'],
])('refuses to run with %s set', async (name, value) => {
  const { code, stdout, stderr } = await shell.run(['admin', 'config', 'validate'], {
    environment: { [name]: value },
  });
  expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
  expect(stderr).toContain(`does not run with ${name} set`);
});

it('refuses to run under a debugger', async () => {
  const command = [process.execPath, '--inspect=127.0.0.1:0', RUN];
  expect(await shell.run(['admin', 'config', 'validate'], { command })).toMatchObject({
    code: 3,
    stdout: '',
  });
});

it('takes no configuration from the folder that it is run in', async () => {
  const { code, stdout } = await shell.run(
    ['-c', `cd ${shell.folder} && echo '{' > package.json && gatehouse cloud profile show --json`],
    {
      command: ['/bin/sh'],
      environment: {
        PATH: [fileURLToPath(new URL('../bin', import.meta.url)), process.env.PATH].join(delimiter),
      },
    },
  );
  expect({ code, name: JSON.parse(stdout).data.name }).toEqual({ code: 0, name: 'local' });
});

/** The Node of the machine, where it has one beside ours. */
const machineNode = (process.env.PATH ?? '')
  .split(delimiter)
  .filter((folder) => !folder.includes('node_modules'))
  .map((folder) => join(folder, 'node'))
  .find((path) => existsSync(path));

it.skipIf(machineNode === undefined)('runs under the pinned Node whichever Node starts it', async () => {
  const command = [machineNode ?? '', RUN];
  const { code, stdout } = await shell.run(['--version'], { command });
  expect(code).toBe(0);
  const major = Number(/node-v(\d+)/.exec(stdout)?.[1]);
  expect(major).toBeGreaterThanOrEqual(22);
  expect(execFileSync(machineNode ?? '', ['--version']).length).toBeGreaterThan(0);
});

it('ends quietly when its reader stops early', async () => {
  const { code, stderr } = await shell.run(
    ['-c', `"${fileURLToPath(new URL('../bin/gatehouse', import.meta.url))}" --help | head -n 1`],
    {
      command: ['/bin/sh'],
    },
  );
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
});
