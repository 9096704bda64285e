#!/usr/bin/env node
/**
 * `npm start`: builds what is older than its sources, then runs the server in the foreground. SIGINT, SIGTERM and
 * SIGHUP reach the server, whose exit code becomes this process's. npm does not pass SIGHUP on and cannot pass
 * SIGKILL on; so when npm goes away, the server is stopped all the same. The server in turn
 * sees its channel to this process close, whatever happens to it.
 */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';
import { npmAlive } from './npm-alive.mjs';
import { requireNode } from './required-node.mjs';

requireNode({ 22: 13, 24: 11 });
const { buildBundles } = await import('../build/build-bundles.mjs');
try {
  await buildBundles();
} catch (error) {
  console.error(error.message);
  process.exit(1);
}

const root = fileURLToPath(new URL('../..', import.meta.url));
const server = spawn(
  process.execPath,
  ['--disable-sigusr1', '--enable-source-maps', 'apps/server/dist/main.js', ...process.argv.slice(2)],
  { cwd: root, stdio: ['inherit', 'inherit', 'inherit', 'ipc'] },
);

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => server.kill(signal));

const stillWanted = npmAlive(process.env.npm_lifecycle_event !== undefined);
const watch = setInterval(() => {
  if (!stillWanted()) server.kill('SIGTERM');
}, 250);

server.on('error', (error) => {
  console.error(`The server could not be started: ${error.message}`);
  process.exit(1);
});
server.on('exit', (code, signal) => {
  clearInterval(watch);
  process.exit(code ?? 128 + (constants.signals[signal] ?? 0));
});
