import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadConfiguration } from '@gatehouse/config';
import { type Database, openDatabase, withClient } from '@gatehouse/database';
import { newId } from '@gatehouse/kernel';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CommandLine } from './support/command-line.ts';
import { productionShell } from './support/production-shell.ts';

const MANIFEST = fileURLToPath(new URL('../oclif.manifest.json', import.meta.url));
const MAYA = 'maya@example.test';
const ID = newId();
const HASH = `sha256:${'0'.repeat(64)}`;

/** What changes something for others or hands out a credential. */
const CHANGES: readonly (readonly [string, ...string[]])[] = [
  ['admin agents token', 'associate_agent'],
  ['admin clients create', 'nightly', '--user', 'reports-service@example.test'],
  ['admin clients remove', ID, '--yes'],
  ['admin config keys rotate', '--yes'],
  ['admin governance apply', HASH, '--yes'],
  ['admin governance break-glass', HASH, '--reason', 'it cannot wait', '--yes'],
  ['admin operator passphrase set'],
  ['admin session login', '--email', 'admin@localhost'],
  ['admin session revoke', '--user', MAYA, '--yes'],
  ['admin users api-keys create', '--name', 'CI', '--scope', 'api'],
  ['admin users api-keys revoke', ID, '--yes'],
  ['admin users api-keys rotate', ID],
  ['admin users bans add', '198.51.100.9', '--reason', 'x'],
  ['admin users bans remove', '198.51.100.9', '--yes'],
  ['admin users bulk', 'suspend', '--role', 'user', '--yes'],
  ['admin users create', '--email', 'agent@example.test', '--role', 'admin'],
  ['admin users delete', MAYA, '--yes'],
  ['admin users department set', MAYA, 'finance'],
  ['admin users login-link', MAYA],
  ['admin users reactivate', MAYA],
  ['admin users registrations admit', ID],
  ['admin users registrations refuse', ID],
  ['admin users role set', MAYA, 'admin'],
  ['admin users suspend', MAYA, '--yes'],
  ['admin users update', MAYA, '--name', 'Mallory'],
  ['cloud secrets rotate', 'A'],
  ['cloud secrets rotate-master', '--yes'],
  ['cloud secrets set', 'A'],
  ['cloud secrets unset', 'A', '--yes'],
  ['core hooks install'],
  ['infra logs audit begin', '--reason', 'x', '--yes'],
  ['infra logs audit keys rotate', '--yes'],
  ['infra logs erase', MAYA, '--rule', 'x', '--yes'],
  ['infra logs hold place', '--user', MAYA, '--reason', 'case'],
  ['infra logs hold release', ID, '--reason', 'case', '--yes'],
  ['infra logs retention run', '--yes'],
  ['infra logs sinks skip', 'siem', '--reason', 'case', '--yes'],
  ['plugins mcp approve', 'filesystem'],
  ['plugins mcp call', 'filesystem', 'list_directory'],
  ['plugins mcp commands approve', ID, '--yes'],
  ['plugins mcp commands refuse', ID, '--yes'],
  ['plugins mcp restart', 'filesystem'],
  ['plugins mcp validate', 'filesystem'],
];

/** What only reads, or acts on one's own sessions, and is a change only in the forms below. */
const LOOKS = [
  'admin agents list',
  'admin agents show',
  'admin clients consents list',
  'admin clients consents withdraw',
  'admin compliance evidence',
  'admin config keys list',
  'admin config rate-limits compare',
  'admin config rate-limits show',
  'admin config security compare',
  'admin config security show',
  'admin config show',
  'admin config validate',
  'admin governance scan',
  'admin session logout',
  'admin session switch',
  'admin users export',
  'core hooks list',
  'core hooks validate',
  'infra logs audit',
  'infra logs audit bundle',
  'infra logs audit proof',
  'infra logs audit verify',
  'infra logs export',
  'infra logs request show',
  'infra logs stream',
  'infra services status',
  'plugins mcp list',
  'plugins mcp list-packages',
  'plugins mcp logs',
];

/** Files and processes of the person's own, which any process of theirs can change without the command too. */
const OWN_MACHINE = [
  'admin compliance prove-secrets',
  'cloud auth login',
  'cloud auth logout',
  'cloud auth whoami',
  'cloud profile create',
  'cloud profile list',
  'cloud profile show',
  'infra services start',
  'infra services stop',
];

let shell: CommandLine;
let held: Database;
let ofOther: { readonly session: string; readonly consent: string };

const asOwner = <T>(sql: string, values: unknown[] = []): Promise<T[]> =>
  withClient(held.clientConfig('owner'), async (owner) => (await owner.query(sql, values)).rows as T[]);
/** Everything that a change leaves, but the rows of the audit log, of which refusals are some. */
const stored = () =>
  asOwner(`select (select json_agg(u order by id) from users u)::text as users,
    (select json_agg(s.revoked_at order by id) from sessions s)::text as sessions,
    (select count(*)::int from oauth_consents) as consents, (select count(*)::int from audit_holds) as holds`);

beforeAll(async () => {
  const made = await productionShell();
  shell = made.shell;
  held = await openDatabase(await loadConfiguration({ environment: shell.environment }), { purpose: 'cli' });
  const environment = { GATEHOUSE_OPERATOR_PASSPHRASE_FILE: made.file };
  const asPerson = async (...args: string[]) =>
    expect(await shell.run(args, { environment })).toMatchObject({ code: 0 });
  const LOGIN = ['admin', 'session', 'login', '--email'];
  await asPerson('admin', 'operator', 'passphrase', 'set');
  await asPerson(...LOGIN, 'admin@localhost');
  await asPerson('admin', 'users', 'create', '--email', MAYA);
  await asPerson(...LOGIN, MAYA);
  await asPerson(...LOGIN, 'admin@localhost');
  const [session] = await asOwner<{ id: string; user: string }>(
    'select s.id, u.id as user from sessions s join users u on u.id = s.user_id where u.email = $1',
    [MAYA],
  );
  await asOwner(
    `insert into oauth_consents (user_id, client_id, redirect_host, resource, scopes, expires_at)
     values ($1, 'a-client', 'example.test', 'a-resource', '{api}', now() + interval '1 day')`,
    [session!.user],
  );
  const { consents } = await shell.data('admin', 'clients', 'consents', 'list', '--all');
  ofOther = { session: session!.id, consent: (consents as { id: string }[])[0]!.id };
}, 60_000);
afterAll(async () => {
  await held.close();
  shell.remove();
});

async function expectRefused(args: readonly string[]): Promise<void> {
  const before = await stored();
  const { code, stdout, stderr } = await shell.run(args, { input: 'a-value-that-is-long-enough-4711' });
  expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
  expect(stderr).toMatch(/operator passphrase|needs a person at a terminal/);
  expect(await stored()).toEqual(before);
}

describe('in production a process that has a stored session and no second proof', () => {
  it.each(CHANGES.map(([command, ...rest]) => [command, rest] as const))('is refused: %s', (command, rest) =>
    expectRefused([...command.split(' '), ...rest]),
  );

  it.each<[string, () => readonly string[]]>([
    ["somebody else's session ended", () => ['admin', 'session', 'logout', ofOther.session]],
    [
      "somebody else's consent withdrawn",
      () => ['admin', 'clients', 'consents', 'withdraw', ofOther.consent, '--yes'],
    ],
    [
      "a bundle with others' content",
      () => {
        const output = join(shell.folder, 'bundle.ndjson');
        return ['infra', 'logs', 'audit', 'bundle', '--output', output, '--with-content', '--reason', 'case'];
      },
    ],
    [
      "an export of others' content",
      () => ['infra', 'logs', 'export', '--content', '--reason', 'case', '--since', '1h'],
    ],
    ["others' content of a trace", () => ['infra', 'logs', 'audit', ID, '--full', '--reason', 'case']],
    ["others' content by SQL", () => ['infra', 'db', 'query', 'select 1', '--reason', 'case']],
  ])('is refused %s', (_what, args) => expectRefused(args()));

  it('finds no other command that changes something', () => {
    const { commands } = JSON.parse(readFileSync(MANIFEST, 'utf8')) as {
      commands: Record<string, { commandTool?: string }>;
    };
    const others = Object.entries(commands).filter(([, { commandTool }]) => commandTool !== 'reads');
    expect(others.map(([id]) => id.replaceAll(':', ' ')).sort()).toEqual(
      [...CHANGES.map(([command]) => command), ...LOOKS, ...OWN_MACHINE].sort(),
    );
  });
});
