import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findInstallation } from '@gatehouse/config';
import { type Database, openDatabase, withClient } from '@gatehouse/database';
import type { SealedVersion } from '@gatehouse/secrets';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { build, CommandLine } from '../support/command-line.ts';
import { type Fatal, KillingProxy } from './killing-proxy.ts';
import { openedByWarden } from './opened-by-warden.ts';

/** `npm run soak 1 rotations` kills at every step, else at those that matter most. */
const EVERY = process.env.KILL_AT_EVERY_STEP !== undefined;
const RUN = fileURLToPath(new URL('../../bin/run.js', import.meta.url));
const NAMES = ['ONE', 'TWO'];
const values: Record<string, string> = Object.fromEntries(
  NAMES.map((name) => [name, `${name} of the first version: 4815162342`]),
);
let shell: CommandLine;
let keyDir: string;
let database: Database;
let proxy: KillingProxy;

beforeAll(async () => {
  await build('cli');
  shell = new CommandLine();
  const installation = findInstallation({ environment: shell.environment });
  keyDir = installation.keyDir;
  // PostgreSQL outlives the commands that use it.
  database = await openDatabase({ installation, profile: { databaseUrl: null } }, { purpose: 'cli' });
  for (const name of NAMES) await must(['set', name], values[name]);
  proxy = await KillingProxy.start(String(database.clientConfig('owner').host));
}, 120_000);
afterAll(async () => {
  await proxy.end();
  await database.close();
  shell.remove();
});

async function must(args: readonly string[], input = ''): Promise<void> {
  const { code, stderr } = await shell.run(['cloud', 'secrets', ...args], { input });
  expect(stderr).toBe('');
  expect(code).toBe(0);
}

/** Runs a command until it is killed, with its keepers, at a message to PostgreSQL; whether it was. */
async function killedAt(fatal: Omit<Fatal, 'kill'>, args: readonly string[], input = ''): Promise<boolean> {
  const child = spawn(process.execPath, [RUN, 'cloud', 'secrets', ...args], {
    env: shell.environment,
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  proxy.arm({ ...fatal, kill: () => process.kill(-child.pid!, 'SIGKILL') });
  child.stdin.end(input);
  const [, signal] = await once(child, 'exit');
  proxy.arm();
  return signal === 'SIGKILL';
}

const hash = (text: string): string => createHash('sha256').update(text).digest('hex');

async function opened(): Promise<string[]> {
  const { rows } = await withClient(database.clientConfig('owner'), (owner) =>
    owner.query<{ sealed: SealedVersion }>(
      'select sealed from secret_versions where sealed is not null order by name',
    ),
  );
  return Promise.all(rows.map(({ sealed }) => openedByWarden(keyDir, sealed)));
}

/** How many messages a command sends while it holds the store. */
async function messagesOf(args: readonly string[], input = ''): Promise<number> {
  proxy.arm();
  await must(args, input);
  return proxy.arm();
}

function steps(count: number, matter: readonly Omit<Fatal, 'kill'>[]): readonly Omit<Fatal, 'kill'>[] {
  if (!EVERY) return matter;
  return Array.from({ length: count }, (_none, message) => message).flatMap((message) => [
    { message, when: 'before' as const },
    { message, when: 'after' as const },
  ]);
}

const timeout = EVERY ? 900_000 : 120_000;

describe('a rotation that is killed by SIGKILL, command and keepers', () => {
  it('of a secret leaves the old value or the new one, and finishes when it is run again', {
    timeout,
  }, async () => {
    const count = await messagesOf(['rotate', 'TWO'], values.TWO);
    const matter = steps(count, [
      { message: count - 1, when: 'before' },
      { message: count - 1, when: 'after' },
    ]);
    for (const [number, step] of matter.entries()) {
      const [old, next] = [values.TWO!, `TWO of version ${number}: 2342161508`];
      expect(await killedAt(step, ['rotate', 'TWO'], next), JSON.stringify(step)).toBe(true);
      const isDone = step.message === count - 1 && step.when === 'after';
      expect(await opened(), JSON.stringify(step)).toEqual([hash(values.ONE!), hash(isDone ? next : old)]);
      await must(['rotate', 'TWO'], next);
      values.TWO = next;
      expect(await opened()).toEqual([hash(values.ONE!), hash(next)]);
    }
  });

  it('of the master key loses nothing, and finishes when it is run again', { timeout }, async () => {
    const all = NAMES.map((name) => hash(values[name]!));
    const rotate = ['rotate-master', '--yes'];
    const count = await messagesOf(rotate);
    const matter = steps(count, [
      { message: 2, when: 'after' },
      { message: count - 1, when: 'before' },
    ]);
    for (const step of matter) {
      expect(await killedAt(step, rotate), JSON.stringify(step)).toBe(true);
      expect(await opened(), JSON.stringify(step)).toEqual(all);
      await must(rotate);
      expect(await opened()).toEqual(all);
      expect(existsSync(join(keyDir, 'secrets-private-key.next'))).toBe(false);
    }
  });
});
