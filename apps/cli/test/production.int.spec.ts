import { chmodSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isJsonObject, type JsonObject, type JsonValue } from '@gatehouse/kernel';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CommandLine } from './support/command-line.ts';
import { PASSPHRASE, productionShell } from './support/production-shell.ts';

let shell: CommandLine;
let file: string;

beforeAll(async () => {
  ({ shell, file } = await productionShell());
}, 60_000);
afterAll(() => shell.remove());

/** A script of the operator's: it knows the file. */
const asOperator = (...args: string[]) =>
  shell.run(args, { environment: { GATEHOUSE_OPERATOR_PASSPHRASE_FILE: file } });

async function rows(): Promise<JsonObject[]> {
  const sql = `select event, action, decision, evaluation -> 'detail' as detail from audit_log order by id`;
  const { stdout } = await asOperator('infra', 'db', 'query', sql, '--json');
  const { data } = JSON.parse(stdout) as { data: { rows: JsonValue[] } };
  return data.rows.filter(isJsonObject);
}

const LOGIN = ['admin', 'session', 'login', '--email', 'admin@localhost'];

describe('production at the command line', () => {
  it('opens nothing before a passphrase is set, and says how to set one', async () => {
    const { code, stderr } = await asOperator(...LOGIN);
    expect(code).toBe(3);
    expect(stderr).toContain('gatehouse admin operator passphrase set');
  });

  it('sets the first passphrase from the file, as a hash in the key folder', async () => {
    const { code, stderr } = await asOperator('admin', 'operator', 'passphrase', 'set');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const keys = join(shell.folder, 'config/gatehouse');
    const [installation = ''] = readdirSync(keys);
    expect(readFileSync(join(keys, installation, 'operator-passphrase'), 'utf8')).toMatch(/^\$argon2id\$/);
  });

  it.each([
    ['a login', LOGIN],
    ['a token', [...LOGIN, '--token-only']],
    ['another passphrase', ['admin', 'operator', 'passphrase', 'set']],
  ])('refuses a process without it %s', async (_what, args) => {
    const { code, stdout } = await shell.run(args);
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
  });

  it('refuses a file that others can read', async () => {
    chmodSync(file, 0o644);
    const { code, stderr } = await asOperator(...LOGIN);
    chmodSync(file, 0o600);
    expect(code).not.toBe(0);
    expect(stderr).toContain('is open to other users');
    expect(stderr).not.toContain(PASSPHRASE);
  });

  it('logs the operator in, and lets the session read without asking again', async () => {
    expect((await asOperator(...LOGIN)).code).toBe(0);
    expect((await shell.run(['admin', 'users', 'list'])).code).toBe(0);
  });

  it.each([
    ['a change', ['admin', 'users', 'create', '--email', 'agent@example.test', '--role', 'admin']],
    ['a token of the stored session', [...LOGIN, '--token-only']],
    ["an agent's token", ['admin', 'agents', 'token', 'associate_agent']],
    [
      'a client with a secret',
      ['admin', 'clients', 'create', 'nightly', '--user', 'reports-service@example.test'],
    ],
    ['what a tool became', ['plugins', 'mcp', 'approve', 'filesystem']],
  ])('refuses a process that uses the stored session for %s', async (_what, args) => {
    const { code, stdout, stderr } = await shell.run(args);
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toContain('operator passphrase');
  });

  it('makes a change with the second proof; its rows say who sat where', async () => {
    const made = await asOperator('admin', 'users', 'create', '--email', 'ana@example.test');
    expect(made.code).toBe(0);
    const all = await rows();
    const created = all.findLast(({ event }) => event === 'user.created');
    expect(created?.detail).toMatchObject({
      operator: { uid: process.getuid?.(), terminal: false, parent: expect.any(String) as string },
    });
    const refused = all.filter(({ event, decision }) => event === 'login.failed' && decision === 'deny');
    expect(refused.length).toBeGreaterThanOrEqual(6);
    expect(JSON.stringify(all)).not.toContain('horse');
  });

  it('gives an agent’s token for another user to who has the second proof', async () => {
    const token = [
      'admin',
      'agents',
      'token',
      'associate_agent',
      '--email',
      'ana@example.test',
      '--token-only',
    ];
    expect(await shell.run(token)).toMatchObject({ code: 3, stdout: '' });
    const { code, stdout } = await asOperator(...token);
    expect(code).toBe(0);
    expect(stdout.trim().split('.')).toHaveLength(3);
  });

  it('shows what protects the installation and what does not', async () => {
    const data = await shell.data('admin', 'config', 'security', 'show');
    expect(data).toMatchObject({ mode: 'production', operator_passphrase: 'set' });
    const files = data.key_files as { file: string; closed: boolean; mode: string }[];
    expect(files.every(({ closed }) => closed)).toBe(true);
    expect(files.map(({ file: name }) => existsSync(name))).not.toContain(false);
    expect(data.isolation).toMatch(/^tools are (?:not )?isolated/);
    const isolated = (data.isolation as string).startsWith('tools are isolated');
    expect(JSON.stringify(data.not_met).includes('not isolated')).toBe(!isolated);
  });
});
