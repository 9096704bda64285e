#!/usr/bin/env node
/**
 * The CLI, started by whatever Node: an older one hands over to the pinned one. Plain JavaScript without imports from
 * the bundle, so that it runs on any Node.
 */
import { existsSync, realpathSync } from 'node:fs';
import module from 'node:module';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';

// Where the flag `--disable-sigusr1` was not given: a listener of our own keeps the debugger shut as well.
process.on('SIGUSR1', () => {});

const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));
const platform = process.platform === 'win32' ? 'win' : process.platform;
const pinned = path(`../../../node_modules/node-${platform}-${process.arch}/bin/node`);
const [major, minor] = process.versions.node.split('.').map(Number);

if (existsSync(pinned) && major < 24 && realpathSync(pinned) !== realpathSync(process.execPath)) {
  const { spawn } = await import('node:child_process');
  const flags = ['--disable-sigusr1', '--min-semi-space-size=16', '--max-semi-space-size=32'];
  const child = spawn(pinned, [...flags, path('run.js'), ...process.argv.slice(2)], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
} else if (major > 24 || (major === 24 && minor >= 11) || (major === 22 && minor >= 13)) {
  await main();
} else {
  process.stderr.write(
    `Gatehouse needs Node 24.11 or newer; this is ${process.versions.node}. Run \`npm ci\` in the checkout, which brings the right one on Linux.\n`,
  );
  process.exitCode = 1;
}

async function main() {
  const entry = path('../dist/cli.js');
  if (!existsSync(entry)) {
    const { spawnSync } = await import('node:child_process');
    const built = spawnSync(process.execPath, [path('../../../tools/run/build.mjs'), 'cli'], {
      stdio: ['ignore', 2, 2],
    });
    if (built.status !== 0) {
      process.exitCode = 1;
      return;
    }
  }
  // In the installation and not in the shared temporary folder, where another user could put code in wait.
  module.enableCompileCache(path('../dist/.compile-cache'));
  const { main: run } = await import(entry);
  await run(process.argv.slice(2), import.meta.url);
}
