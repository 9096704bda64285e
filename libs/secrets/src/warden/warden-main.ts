/**
 * The warden: it opens the secrets of one MCP server process in its own memory, wipes the key, starts the tool with
 * them, and passes on what the tool writes without them. The tool reads its standard input directly. Run by the bare
 * runtime, as the leader of a process group that the tool shares.
 */
import { spawn } from 'node:child_process';
import { finished } from 'node:stream/promises';
import { AppError } from '@gatehouse/kernel';
import { type Lifeline, onOrder } from './lifeline.ts';
import { openSecrets } from './open-secrets.ts';
import { passMessages, passText } from './pass-on.ts';
import { lineRedactor } from './redact-lines.ts';
import type { WardenOrder } from './warden-order.ts';

/** How long what a dead tool wrote is still read: a descendant that left the group may hold its pipes. */
const DRAIN_MS = 500;

function start(order: WardenOrder, lifeline: Lifeline): void {
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
  passMessages(tool.stdout!, process.stdout, redactor, order.maxLineBytes);
  passText(tool.stderr!, process.stderr, redactor);
  tool.stdio[3]?.on('error', () => undefined);
  tool.once('error', () => lifeline.fail('the tool could not be started'));
  let ended: { code: number | null; signal: NodeJS.Signals | null } | undefined;
  const finish = (): void => {
    if (ended?.signal != null) process.kill(process.pid, ended.signal);
    process.exit(ended?.code ?? 1);
  };
  // Not the tool's `close`: its lifeline is held until we end.
  const read = Promise.all([tool.stdout!, tool.stderr!].map((stream) => finished(stream)));
  tool.once('exit', (code, signal) => {
    ended = { code, signal };
    setTimeout(finish, DRAIN_MS).unref();
    void read.then(() => process.stdout.write('', finish), finish);
  });
}

// The tool stops politely when it is asked to; we stop when it has.
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => undefined);
onOrder((order, lifeline) => start(order as WardenOrder, lifeline), AppError);
