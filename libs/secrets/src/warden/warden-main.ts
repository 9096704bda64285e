/**
 * The warden: it opens the secrets of one MCP server process in its own memory, wipes the key, starts the tool with
 * them, and passes on what the tool writes without them. The tool reads its standard input directly. Run by the bare
 * runtime, as the leader of a process group that the tool shares.
 */
import { spawn } from 'node:child_process';
import { fstatSync, readFileSync } from 'node:fs';
import { Socket } from 'node:net';
import { AppError } from '@gatehouse/kernel';
import { openSecrets } from './open-secrets.ts';
import { passMessages, passText } from './pass-on.ts';
import { lineRedactor } from './redact-lines.ts';
import type { WardenOrder } from './warden-order.ts';

/** How long what a dead tool wrote is still read: a descendant that left the group may hold its pipes. */
const DRAIN_MS = 500;

/** The server holds the other end. When it is gone, however it went, so are we, and the tool with us. */
const lifeline = new Socket({ fd: 3, readable: true, writable: true });
const endAll = (): void => void process.kill(0, 'SIGKILL');

/** The group that we end must be our own. */
function requireLeader(): void {
  const [, group] = readFileSync('/proc/self/stat', 'latin1').split(') ')[1]!.split(' ').slice(1);
  if (Number(group) !== process.pid) throw new Error('a warden leads its process group');
}

function start(order: WardenOrder): void {
  const secrets = openSecrets(order.places, order.versions);
  const redactor = lineRedactor(secrets);
  const env: Record<string, string> = { ...order.launch.env };
  for (const [variable, name] of Object.entries(order.secrets)) {
    const secret = secrets.find((each) => each.name === name);
    if (secret === undefined) throw new AppError('SECRETS_UNKNOWN', `secret ${name} is not set`);
    env[variable] = secret.value.toString('utf8');
  }
  for (const { value } of secrets) value.fill(0);
  // Descriptor 3 of what is started is a lifeline to us, as ours is to the server.
  const tool = spawn(order.launch.file, order.launch.args, {
    cwd: order.launch.cwd,
    env,
    stdio: ['inherit', 'pipe', 'pipe', 'pipe'],
  });
  for (const name of Object.keys(order.secrets)) delete env[name];
  passMessages(tool.stdout!, process.stdout, redactor, order.maxLineBytes);
  passText(tool.stderr!, process.stderr, redactor);
  tool.stdio[3]?.on('error', () => undefined);
  tool.once('error', () => fail('the tool could not be started'));
  let ended: { code: number | null; signal: NodeJS.Signals | null } | undefined;
  const finish = (): void => {
    if (ended?.signal != null) process.kill(process.pid, ended.signal);
    process.exit(ended?.code ?? 1);
  };
  tool.once('exit', (code, signal) => {
    ended = { code, signal };
    setTimeout(finish, DRAIN_MS).unref();
  });
  tool.once('close', () => process.stdout.write('', finish));
}

function fail(problem: string): void {
  lifeline.write(`${JSON.stringify({ problem })}\n`, () => process.exit(1));
}

function obey(line: string): void {
  try {
    start(JSON.parse(line) as WardenOrder);
  } catch (error) {
    // Only our own errors are sentences without a value in them.
    fail(error instanceof AppError ? error.message : 'the warden failed');
  }
}

// The tool stops politely when it is asked to; we stop when it has.
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => undefined);
for (const stream of [process.stdout, process.stderr]) stream.on('error', endAll);
requireLeader();
if (!fstatSync(3).isSocket()) throw new Error('descriptor 3 is no socket');
let heard = '';
let isStarted = false;
lifeline.setEncoding('utf8');
lifeline.on('data', (text: string) => {
  heard += text;
  const end = heard.indexOf('\n');
  if (isStarted || end < 0) return;
  isStarted = true;
  obey(heard.slice(0, end));
  heard = '';
});
for (const event of ['end', 'close', 'error']) lifeline.on(event, endAll);
