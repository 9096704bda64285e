import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, constants, mkdirSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Configuration, type Installation, type Profile, serviceEnvironment } from '@gatehouse/config';
import { cliError } from '../errors/cli-error.ts';
import { serverState } from '../server/server-state.ts';
import { portFree } from './port-free.ts';
import { processIdentity } from './process-identity.ts';
import { type Service, ServiceFile } from './service-file.ts';

const PROBE_EVERY_MS = 200;
const LAST_LINES = 8;
const STOP_WITHIN_MS = 10_000;

export interface StartedService {
  readonly pid: number;
  /** False where it ran already. */
  readonly started: boolean;
  readonly logFile: string;
}

/**
 * Starts the server as a process of its own, and waits until it takes calls. What it prints goes to `server.log` of
 * the state folder, from the beginning at each start.
 * @throws AppError `CLI_PORT_TAKEN`, `CLI_SERVICE_FAILED`
 */
export async function startService(
  { installation, profile }: Configuration,
  timeoutMs: number,
): Promise<StartedService> {
  const logFile = join(installation.stateDir, 'server.log');
  const file = new ServiceFile(installation.stateDir);
  const already = file.running();
  const child = already === null ? await launch(installation, profile, logFile) : null;
  const service = already ?? (await remembered(file, child, logFile));
  if (await becomesReady(service, profile.publicUrl, timeoutMs)) {
    child?.unref();
    return { pid: service.pid, started: child !== null, logFile };
  }
  const alive = processIdentity(service.pid) === service.identity;
  if (child !== null) {
    await end(child);
    file.forget();
  }
  throw cliError('CLI_SERVICE_FAILED', {
    message: alive
      ? `the server was not ready within ${timeoutMs / 1000} s${child === null ? '' : ' and was stopped'}`
      : `the server did not start:\n${lastLines(logFile)}`,
    hint: `All that it said: ${logFile}`,
  });
}

async function launch(
  { root, stateDir }: Installation,
  { name, host, port, publicUrl }: Profile,
  logFile: string,
): Promise<ChildProcess> {
  if (!(await portFree(host, port))) throw await portTaken(publicUrl, port);
  mkdirSync(stateDir, { recursive: true, mode: 0o711 });
  const { O_CREAT, O_NOFOLLOW, O_TRUNC, O_WRONLY } = constants;
  const log = openSync(logFile, O_WRONLY | O_CREAT | O_TRUNC | (O_NOFOLLOW ?? 0), 0o600);
  try {
    return spawn(process.execPath, [join(root, 'tools', 'run', 'start.mjs')], {
      cwd: root,
      detached: true,
      stdio: ['ignore', log, log],
      env: serviceEnvironment(name),
    });
  } finally {
    closeSync(log);
  }
}

/** Of two starts at the same moment one writes the file; the other takes its process back. */
async function remembered(file: ServiceFile, child: ChildProcess | null, logFile: string): Promise<Service> {
  const pid = child?.pid;
  const identity = pid === undefined ? null : processIdentity(pid);
  try {
    if (pid === undefined || identity === null) throw new Error('the process ended at once');
    const service = { pid, identity };
    file.remember(service);
    return service;
  } catch (cause) {
    if (child !== null) await end(child);
    throw cliError('CLI_SERVICE_FAILED', { cause, hint: `All that it said: ${logFile}` });
  }
}

async function becomesReady(service: Service, publicUrl: string, timeoutMs: number): Promise<boolean> {
  for (const until = Date.now() + timeoutMs; Date.now() < until; await delay(PROBE_EVERY_MS)) {
    if (processIdentity(service.pid) !== service.identity) return false;
    if ((await serverState(publicUrl))?.ready === true) return true;
  }
  return false;
}

/** It stops on SIGTERM; one that does not is not left behind unattended. */
async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
  await exited;
  clearTimeout(timer);
}

async function portTaken(publicUrl: string, port: number): Promise<Error> {
  const ours = (await serverState(publicUrl)) !== null;
  return cliError('CLI_PORT_TAKEN', {
    message: ours
      ? `a Gatehouse server answers at ${publicUrl} already, and was not started by this command`
      : `port ${port} is taken by another program`,
    hint: ours
      ? 'Stop it where it was started, with Ctrl+C.'
      : 'End that program, or take another port: PORT=8081 gatehouse infra services start',
  });
}

function lastLines(logFile: string): string {
  return readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-LAST_LINES).join('\n');
}
