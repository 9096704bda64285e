import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../../libs/config/src/profile/free-port.ts';
import { benchHook } from './bench-hook.mjs';
import { median } from './median.mjs';

const REPETITIONS = 7;

/**
 * P6: how long commands take, how soon the server is ready on a new and on a warm database, what it takes idle; and what
 * the hook in the command form costs.
 */
export async function benchCommands(root) {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-bench-'));
  const environment = {
    HOME: folder,
    PATH: process.env.PATH,
    PORT: String(await freePort()),
    GATEHOUSE_STATE_DIR: join(folder, 'state'),
    XDG_CONFIG_HOME: join(folder, 'config'),
  };
  const command = (...parameters) =>
    timed(root, environment, [join(root, 'apps/cli/bin/gatehouse'), ...parameters]);
  try {
    const cold = await startOnce(root, environment);
    await stop(cold.child);
    const warm = await startOnce(root, environment);
    await command('infra', 'db', 'query', 'select 1');
    const help = [];
    const query = [];
    for (let i = 0; i < REPETITIONS; i += 1) {
      help.push(await command('--help'));
      query.push(await command('infra', 'db', 'query', 'select count(*) from audit_log'));
    }
    await delay(2000);
    const megabytes = await residentMegabytes(environment);
    await command('core', 'hooks', 'install', '--form', 'command');
    const hook = await benchHook(environment);
    await stop(warm.child);
    return [
      row('P6 `gatehouse --help`', `${Math.round(median(help))} ms`, '100 ms', median(help) < 100),
      row('P6 a command with a query', `${Math.round(median(query))} ms`, '300 ms', median(query) < 300),
      row('P6 ready on a new database', `${Math.round(cold.readyMs)} ms`, '5,000 ms', cold.readyMs < 5000),
      row('P6 ready on a warm database', `${Math.round(warm.readyMs)} ms`, '2,000 ms', warm.readyMs < 2000),
      row('P6 memory, idle', `${Math.round(megabytes)} MB`, '250 MB', megabytes < 250),
      hook,
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function timed(root, environment, command) {
  const startedAt = performance.now();
  const child = spawn(command[0], command.slice(1), { cwd: root, env: environment, stdio: 'ignore' });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`${command.slice(1).join(' ')} exited with ${code}`);
  return performance.now() - startedAt;
}

async function startOnce(root, environment) {
  const startedAt = performance.now();
  const child = spawn(process.execPath, [join(root, 'apps/server/dist/main.js')], {
    cwd: root,
    env: environment,
    stdio: 'ignore',
  });
  for (;;) {
    const ready = await fetch(`http://127.0.0.1:${environment.PORT}/readyz`).then(
      (response) => response.ok,
      () => false,
    );
    if (ready) return { child, readyMs: performance.now() - startedAt };
    if (child.exitCode !== null) throw new Error(`the server exited with ${child.exitCode}`);
    await delay(10);
  }
}

async function stop(child) {
  child.kill('SIGTERM');
  await once(child, 'exit');
}

async function residentMegabytes(environment) {
  const text = await (await fetch(`http://127.0.0.1:${environment.PORT}/metrics`)).text();
  return Number(/^process_resident_memory_bytes (\S+)/m.exec(text)[1]) / 1e6;
}

function row(claim, figure, target, met) {
  return { claim, figure, target, met };
}
