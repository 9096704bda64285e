import { loadConfiguration } from '@gatehouse/config';
import { type Database, openDatabase, withClient } from '@gatehouse/database';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { build, CommandLine } from './support/command-line.ts';

let shell: CommandLine;
let held: Database;
beforeAll(async () => {
  await build('cli');
  shell = new CommandLine({ PORT: '1' });
  held = await openDatabase(await loadConfiguration({ environment: shell.environment }), { purpose: 'cli' });
  await shell.data('admin', 'users', 'create', '--email', 'service@example.test', '--role', 'service');
});
afterAll(async () => {
  await held.close();
  shell.remove();
});

/** Small letters alone, which fit where those alone are taken. */
const CREDENTIAL = `ghp_${'q7x2m9k4z8w3v6t1'.repeat(3).slice(0, 36)}`;
const MAYA = 'maya@example.test';
const HELD = 'IDENTITY_TEXT_HOLDS_CREDENTIAL';

/** What is in a column of any table. */
async function isKept(): Promise<string[]> {
  return withClient(held.clientConfig('owner'), async (owner) => {
    const { rows: tables } = await owner.query<{ name: string }>(
      `select quote_ident(relname) as name from pg_class
        where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition`,
    );
    const found: string[] = [];
    for (const { name } of tables) {
      const { rowCount } = await owner.query(`select from ${name} t where position($1 in t::text) > 0`, [
        CREDENTIAL.slice(8, 26),
      ]);
      if (rowCount !== 0) found.push(name);
    }
    return found;
  });
}

describe('a text that a command is given, with a credential in it', () => {
  it.each([
    [['admin', 'users', 'create', '--email', `${CREDENTIAL}@people.test`], HELD],
    [['admin', 'users', 'create', '--email', 'a@people.test', '--name', CREDENTIAL], HELD],
    [['admin', 'users', 'create', '--email', 'b@people.test', '--department', CREDENTIAL], HELD],
    [['admin', 'users', 'update', MAYA, '--email', `${CREDENTIAL}@people.test`], HELD],
    [['admin', 'users', 'update', MAYA, '--name', CREDENTIAL], HELD],
    [['admin', 'users', 'department', 'set', MAYA, CREDENTIAL], HELD],
    [['admin', 'users', 'api-keys', 'create', '--name', CREDENTIAL, '--scope', 'api'], HELD],
    [['admin', 'users', 'bans', 'add', '198.51.100.9', '--reason', `because ${CREDENTIAL}`], HELD],
    [
      ['admin', 'clients', 'create', CREDENTIAL, '--user', 'service@example.test'],
      'OAUTH_CLIENT_NAME_INVALID',
    ],
    [['cloud', 'secrets', 'set', CREDENTIAL], 'SECRETS_NAME_REFUSED'],
  ])('is refused, and kept nowhere: %j', async (args, code) => {
    const input = 'a-value-that-is-long-enough-4711';
    const { code: exit, stderr } = await shell.run([...args, '--json'], { input });
    expect({ exit, code: JSON.parse(stderr).error.code }).toEqual({ exit: 2, code });
    expect(await isKept()).toEqual([]);
  });

  it.each([
    [['infra', 'logs', 'hold', 'place', '--user', MAYA, '--reason', `case ${CREDENTIAL}`], 0],
    [['infra', 'logs', 'erase', 'service@example.test', '--rule', `rule ${CREDENTIAL}`, '--yes'], 0],
    [['infra', 'db', 'query', 'select 1 as one', '--reason', `because ${CREDENTIAL}`], 0],
    [['admin', 'session', 'login', '--email', `${CREDENTIAL}@nobody.test`], 3],
  ])('is redacted where it stands on a row: %j', async (args, exit) => {
    expect((await shell.run(args)).code).toBe(exit);
    expect(await isKept()).toEqual([]);
  });
});
