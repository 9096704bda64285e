import { loadConfiguration } from '@gatehouse/config';
import { type Database, openDatabase, withClient } from '@gatehouse/database';
import type { JsonObject } from '@gatehouse/kernel';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { build, CommandLine, GATEHOUSE } from './support/command-line.ts';

let shell: CommandLine;
let held: Database;
let session: JsonObject;
beforeAll(async () => {
  await build('cli');
  shell = new CommandLine({ PORT: '1' });
  held = await openDatabase(await loadConfiguration({ environment: shell.environment }), { purpose: 'cli' });
  session = await shell.data('admin', 'session', 'show');
});
afterAll(async () => {
  await held.close();
  shell.remove();
});

const MAYA = 'maya@example.test';
const BY_BASH = ['bash', '-c', '"$0" "$@"; exit $?', GATEHOUSE];
const lastId = async () => (await rowsAfter('00000000-0000-0000-0000-000000000000')).at(-1)?.id ?? '';

interface Row {
  readonly id: string;
  readonly user_id: string;
  readonly session_id: string;
  readonly client_id: string;
  readonly operator: JsonObject | null;
}

async function rowsAfter(id: string): Promise<Row[]> {
  return withClient(held.clientConfig('owner'), async (owner) => {
    const { rows } = await owner.query<Row>(
      `select id::text, user_id, session_id, client_id, evaluation -> 'detail' -> 'operator' as operator
         from audit_log where id > $1 order by id`,
      [id],
    );
    return rows;
  });
}

/** The id of what a command made or found, by the name that its answer gives it. */
async function made(args: readonly string[], name: string): Promise<string> {
  return (await shell.data(...args))[name] as string;
}

const ID_OF: Record<string, () => Promise<string>> = {
  client: () => made(['admin', 'clients', 'create', 'other', '--user', 'reports@example.test'], 'client_id'),
  key: () => made(['admin', 'users', 'api-keys', 'create', '--name', 'B', '--scope', 'api'], 'id'),
};

describe('each row of a command that changes something', () => {
  it.each<[string, readonly string[]]>([
    ['a user', ['admin', 'users', 'create', '--email', 'reports@example.test', '--role', 'service']],
    ['their name', ['admin', 'users', 'update', MAYA, '--name', 'Maya B']],
    ['their role', ['admin', 'users', 'role', 'set', MAYA, 'service']],
    ['their department', ['admin', 'users', 'department', 'set', MAYA, 'legal']],
    ['a link', ['admin', 'users', 'login-link', MAYA]],
    ['a suspended user', ['admin', 'users', 'suspend', MAYA, '--yes']],
    ['an active one', ['admin', 'users', 'reactivate', MAYA]],
    ['a ban', ['admin', 'users', 'bans', 'add', '198.51.100.9', '--reason', 'x']],
    ['a lifted ban', ['admin', 'users', 'bans', 'remove', '198.51.100.9', '--yes']],
    ['a key', ['admin', 'users', 'api-keys', 'create', '--name', 'A', '--scope', 'api']],
    ['a revoked key', ['admin', 'users', 'api-keys', 'revoke', '{key}', '--yes']],
    ['a client', ['admin', 'clients', 'create', 'nightly', '--user', 'reports@example.test']],
    ['a client less', ['admin', 'clients', 'remove', '{client}', '--yes']],
    ["an agent's token", ['admin', 'agents', 'token', 'associate_agent']],
    ['a secret', ['cloud', 'secrets', 'set', 'TOKEN']],
    ['a secret less', ['cloud', 'secrets', 'unset', 'TOKEN', '--yes']],
    ['hooks', ['core', 'hooks', 'install']],
    ['a hold', ['infra', 'logs', 'hold', 'place', '--user', MAYA, '--reason', 'case']],
    ['erased content', ['infra', 'logs', 'erase', 'jon@example.test', '--rule', 'x', '--yes']],
    ['a new key for ID tokens', ['admin', 'config', 'keys', 'rotate', '--yes']],
  ])('names the session and where it came from: %s', async (_what, args) => {
    const words: string[] = [];
    for (const word of args) {
      const find = ID_OF[/^\{(\w+)\}$/.exec(word)?.[1] ?? ''];
      words.push(find === undefined ? word : await find());
    }
    const before = await lastId();
    const input = 'a-value-that-is-long-enough-4711';
    const { code, stderr } = await shell.run(words, { command: BY_BASH, input });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const rows = await rowsAfter(before);
    expect(rows.length).toBeGreaterThan(0);
    for (const { id: _id, ...row } of rows) {
      expect(row).toEqual({
        user_id: session.user_id,
        session_id: session.session_id,
        client_id: 'gatehouse-cli',
        operator: { uid: process.getuid?.(), parent: 'bash', terminal: false },
      });
    }
  });
});
