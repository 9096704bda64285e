import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';

const workspace = fileURLToPath(new URL('../..', import.meta.url));
let checkout: string;

/** A checkout whose server says its pid, and on a signal which one, and ends with exit code 5. */
const SERVER = `
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => process.stdout.write('got ' + signal + '\\n', () => process.exit(5)));
  }
  process.on('disconnect', () => process.exit(6));
  process.stdout.write('up ' + process.pid + ' ' + process.execArgv.join(' ') + '\\n');
  setInterval(() => {}, 1000);
`;

beforeAll(() => {
  checkout = mkdtempSync(join(tmpdir(), 'gatehouse-start-'));
  for (const path of [
    'tools/run',
    'tools/build',
    'package.json',
    'package-lock.json',
    'tsconfig.json',
    'tsconfig.base.json',
  ]) {
    cpSync(join(workspace, path), join(checkout, path), { recursive: true });
  }
  symlinkSync(join(workspace, 'node_modules'), join(checkout, 'node_modules'));
  mkdirSync(join(checkout, 'libs'));
  mkdirSync(join(checkout, 'apps/server/src'), { recursive: true });
  cpSync(join(workspace, 'apps/server/package.json'), join(checkout, 'apps/server/package.json'));
  writeFileSync(join(checkout, 'apps/server/src/main.ts'), SERVER);
});

afterAll(() => rmSync(checkout, { recursive: true }));

it.each([
  ['SIGINT', 'got SIGINT', 5],
  ['SIGTERM', 'got SIGTERM', 5],
  ['SIGHUP', 'got SIGTERM', null],
  ['SIGKILL', 'got SIGTERM', null],
] as const)('npm start leaves no server when npm gets %s', async (signal, seen, exitCode) => {
  const npm = npmStart();
  const { output, pid } = await serverOf(npm);
  const [closed, exited] = [once(npm, 'close'), once(npm, 'exit')];
  npm.kill(signal);
  const [code] = await exited;
  await closed;
  expect(output()).toContain(seen);
  expect(code).toBe(exitCode);
  expect(isRunning(pid)).toBe(false);
});

it('starts the server out of reach of a debugger', async () => {
  const npm = npmStart();
  const { output } = await serverOf(npm);
  npm.kill('SIGTERM');
  await once(npm, 'close');
  expect(output()).toContain('--disable-sigusr1');
});

function npmStart(): ChildProcess {
  return spawn('npm', ['start'], {
    cwd: checkout,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { PATH: `${dirname(process.execPath)}:${process.env.PATH}`, HOME: checkout },
  });
}

async function serverOf(npm: ChildProcess): Promise<{ output: () => string; pid: number }> {
  let output = '';
  await new Promise<void>((resolve, reject) => {
    npm.once('close', () => reject(new Error(`npm ended: ${output}`)));
    npm.stdout?.on('data', (chunk) => {
      output += chunk;
      if (/^up \d+ /m.test(output)) resolve();
    });
  });
  return { output: () => output, pid: Number(/^up (\d+) /m.exec(output)?.[1]) };
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
