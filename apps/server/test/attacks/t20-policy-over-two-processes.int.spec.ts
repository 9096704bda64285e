import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createPrivateDatabase, type PrivateDatabase } from '@gatehouse/database';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { aBuiltCheckout, type BuiltCheckout } from '../support/a-built-checkout.ts';
import { buildServer } from '../support/built-server.ts';
import { buildCommandLine, gatehouse } from '../support/gatehouse-process.ts';
import { preToolUse } from '../support/hook-client.ts';
import { plainRequest } from '../support/plain-request.ts';
import { readyz, type ServerProcess, type TwoProcesses, twoProcesses } from '../support/two-processes.ts';

/*
 * A policy that comes into force at one process decides the calls at another process on the same database: when that one
 * is told of it, when the connection that would tell it was cut at that moment, and when it hears nothing at all.
 */
vi.setConfig({ testTimeout: 60_000 });

const TOOLS = ['Read', 'Glob', 'Grep'];
const DESTRUCTIVE = [
  ['disk', 'mkfs.ext4 /dev/sdb1'],
  ['database', 'psql -c "drop database orders"'],
  ['history_rewrite', 'git push --force origin main'],
] as const;

interface Call {
  readonly tool: string;
  readonly input: object;
}

/** The n-th change of a document, and a call that it decides otherwise. */
interface Change {
  readonly document: string;
  readonly change: (text: string, n: number) => string;
  readonly call: (n: number) => Call;
  readonly before: string;
  readonly after: string;
}

const CHANGES: readonly Change[] = [
  {
    document: 'roles.yaml',
    change: (text, n) => text.replace(/ {2}user:\n( {4}deny: .*\n)?/, `  user:\n    deny: [${TOOLS[n]}]\n`),
    call: (n) => ({ tool: TOOLS[n]!, input: { file_path: 'a.txt' } }),
    before: 'allow',
    after: 'scope_denied',
  },
  {
    document: 'blocklist.yaml',
    change: (text, n) => {
      const category = `${DESTRUCTIVE[n]![0]}: { enabled: `;
      return text.replace(`${category}true`, `${category}false`);
    },
    call: (n) => ({ tool: 'Bash', input: { command: DESTRUCTIVE[n]![1] } }),
    before: 'blocklisted',
    after: 'allow',
  },
  {
    document: 'secrets.yaml',
    change: (text, n) => {
      const pattern = `badge${n}_[A-Za-z0-9]{8}`;
      return text.replace(
        /^patterns: .*$/m,
        `patterns: [{ id: badge-${n}, description: A badge, pattern: '${pattern}' }]`,
      );
    },
    call: (n) => ({ tool: 'Bash', input: { command: `echo badge${n}_Ab3dE6gH` } }),
    before: 'allow',
    after: 'secret_detected',
  },
];

let operators: PrivateDatabase;
beforeAll(async () => {
  await Promise.all([buildServer(), buildCommandLine()]);
  operators = await createPrivateDatabase({ supervised: false });
}, 240_000);
afterAll(() => operators?.drop());

/** A command at a process's installation, run by a script of the operator's, which knows the passphrase. */
async function command({ server, checkout }: ServerProcess, ...args: string[]): Promise<string> {
  const file = join(server.folder, 'passphrase');
  await writeFile(file, 'correct horse battery staple\n', { mode: 0o600 });
  const environment = { ...server.environment, GATEHOUSE_OPERATOR_PASSPHRASE_FILE: file };
  const { code, stdout, stderr } = await gatehouse(args, environment, checkout.gatehouseProgram).ended;
  expect(code, `gatehouse ${args.join(' ')}: ${stderr}`).toBe(0);
  return stdout.trim();
}

const LOGIN = ['admin', 'session', 'login', '--email', 'admin@localhost'];

async function ask({ port }: ServerProcess, token: string, path: string, body?: object) {
  const { status, text } = await plainRequest(port, {
    method: body === undefined ? 'GET' : 'POST',
    path: `/api/v1${path}`,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  expect(status, `${path}: ${text}`).toBeLessThan(300);
  return JSON.parse(text);
}

/** The key of a user, good for hooks at both. */
async function aKey(at: ServerProcess, admin: string): Promise<string> {
  const { user } = await ask(at, admin, '/users', { email: 'caller@example.test' });
  const made = await ask(at, admin, '/api-keys', {
    user_id: user.id,
    name: 'both',
    scopes: ['api', 'hooks'],
  });
  return made.key;
}

/** `allow`, or the check that denies. */
async function decisionAt({ port }: ServerProcess, key: string, { tool, input }: Call): Promise<string> {
  const { text } = await plainRequest(port, {
    method: 'POST',
    path: '/api/v1/hooks/govern',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify(preToolUse(tool, input)),
  });
  const { permissionDecision, permissionDecisionReason: reason } = JSON.parse(text).hookSpecificOutput;
  return /\((\w+)\)$/.exec(reason ?? '')?.[1] ?? permissionDecision;
}

/** Until it is decided so, however busy the machine is. */
const becomes = (at: ServerProcess, key: string, call: Call, decision: string) =>
  expect.poll(() => decisionAt(at, key, call), { timeout: 10_000, interval: 100 }).toBe(decision);

const MANNERS = [
  ['that is told of it', 0],
  ['whose notifications were cut off', 1],
] as const;

describe('a policy in production', () => {
  let both: TwoProcesses;
  let checkouts: readonly [BuiltCheckout, BuiltCheckout];
  let admin: string;
  let key: string;

  beforeAll(async () => {
    checkouts = [await aBuiltCheckout(), await aBuiltCheckout()];
    both = await twoProcesses(operators, 'production', checkouts);
    await command(both.one, 'admin', 'operator', 'passphrase', 'set');
    await command(both.one, ...LOGIN);
    admin = await command(both.one, ...LOGIN, '--token-only');
    key = await aKey(both.one, admin);
  }, 180_000);
  afterAll(async () => {
    await both?.end();
    for (const checkout of checkouts ?? []) await checkout.remove();
  });

  /** Puts a change into the files of both; resolves with its hash when it waits at the first. */
  async function changed({ document, change }: Change, n: number): Promise<string> {
    for (const checkout of checkouts) {
      await checkout.writePolicy(document, change(await checkout.readPolicy(document), n));
    }
    const pending = async () => (await ask(both.one, admin, '/governance/policy')).pending?.version;
    return vi.waitUntil(pending, { timeout: 10_000, interval: 50 });
  }

  describe.each(MANNERS)('decides at another process %s', (_manner, n) => {
    it.each(CHANGES)('by a changed $document, once it was applied at one', async (change) => {
      const { one, other } = both;
      const call = change.call(n);
      await becomes(other, key, call, change.before);
      const hash = await changed(change, n);
      expect(await decisionAt(other, key, call)).toBe(change.before);
      if (n === 0) await command(one, 'admin', 'governance', 'apply', hash, '--yes');
      else {
        await both.cutTheFeeds();
        await ask(one, admin, '/governance/policy/apply', { version: hash });
      }
      await becomes(other, key, call, change.after);
      expect(await readyz(other)).toMatchObject({ policy_version: hash, policy_in_step: true });
    });
  });

  it('decides the very next call at a process that hears nothing any more', async () => {
    const { one, other, way } = both;
    way.deafen();
    // It says itself that it does not know any more whether it holds what is in force.
    await expect.poll(async () => (await readyz(other))?.policy_in_step, { timeout: 20_000 }).toBe(false);
    for (const change of CHANGES) {
      const call = change.call(2);
      const hash = await changed(change, 2);
      await becomes(other, key, call, change.before);
      await ask(one, admin, '/governance/policy/apply', { version: hash });
      expect(await decisionAt(other, key, call)).not.toBe(change.before);
      await becomes(other, key, call, change.after);
    }
  });
});

describe('a policy in evaluation', () => {
  let both: TwoProcesses;
  let checkout: BuiltCheckout;
  let key: string;

  beforeAll(async () => {
    checkout = await aBuiltCheckout();
    both = await twoProcesses(operators, 'evaluation', [checkout, checkout]);
    key = await aKey(both.one, await command(both.one, ...LOGIN, '--token-only'));
  }, 180_000);
  afterAll(async () => {
    await both?.end();
    await checkout?.remove();
  });

  const edited = async ({ document, change }: Change, n: number) =>
    checkout.writePolicy(document, change(await checkout.readPolicy(document), n));

  describe.each(MANNERS)('decides at both processes on its files, also at the one %s', (_manner, n) => {
    it.each(CHANGES)('by a changed $document, once the file was saved', async (change) => {
      const call = change.call(n);
      for (const at of [both.one, both.other]) await becomes(at, key, call, change.before);
      if (n === 1) await both.cutTheFeeds();
      await edited(change, n);
      for (const at of [both.one, both.other]) await becomes(at, key, call, change.after);
      const inStep = async () => (await readyz(both.other))?.policy_in_step;
      await expect.poll(inStep, { timeout: 10_000 }).toBe(true);
      expect((await readyz(both.other))?.policy_version).toBe((await readyz(both.one))?.policy_version);
    });
  });

  it('decides at a process that hears nothing any more: the files are its own to read', async () => {
    both.way.deafen();
    await expect
      .poll(async () => (await readyz(both.other))?.policy_in_step, { timeout: 20_000 })
      .toBe(false);
    for (const change of CHANGES) {
      await edited(change, 2);
      await becomes(both.other, key, change.call(2), change.after);
    }
  });
});
