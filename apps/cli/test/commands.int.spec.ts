import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { loadConfiguration } from '@gatehouse/config';
import { type Database, embeddedState, openDatabase } from '@gatehouse/database';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { build, CommandLine } from './support/command-line.ts';

let shell: CommandLine;

beforeAll(async () => {
  await build('cli');
  shell = new CommandLine();
});

afterAll(() => shell.remove());

describe('without a running server', () => {
  it('starts the database for a command and stops it after', async () => {
    const { columns, rows } = await shell.data('infra', 'db', 'query', 'select 1 as one');
    expect({ columns, rows }).toEqual({ columns: ['one'], rows: [{ one: 1 }] });
    expect(await embeddedState(join(shell.folder, 'state'))).toEqual({ state: 'stopped', pid: null });
  });

  it('opens a session for the first admin, keeps it for this user alone, and uses it again', async () => {
    const first = await shell.data('admin', 'session', 'show');
    const again = await shell.data('admin', 'session', 'show');
    expect(first).toMatchObject({ email: 'admin@localhost', role: 'admin', client_id: 'gatehouse-cli' });
    expect(again.session_id).toBe(first.session_id);
    const keys = join(shell.folder, 'config/gatehouse');
    const [installation = ''] = readdirSync(keys);
    expect(statSync(join(keys, installation, 'cli-logins-local.json')).mode & 0o777).toBe(0o600);
  });

  it('prints a token and nothing else, and leaves the login as it is', async () => {
    const { stdout, stderr } = await shell.run([
      'admin',
      'session',
      'login',
      '--email',
      'maya@example.test',
      '--resource',
      'mcp/filesystem',
      '--token-only',
    ]);
    expect(stdout).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/);
    expect(stderr).toBe('');
    const claims = JSON.parse(Buffer.from(stdout.split('.')[1] ?? '', 'base64url').toString());
    expect(claims).toMatchObject({ aud: 'http://localhost:8080/mcp/filesystem' });
    expect(await shell.data('admin', 'session', 'show')).toMatchObject({ email: 'admin@localhost' });
  });

  it('issues a token with which an agent acts for a user', async () => {
    const { data } = JSON.parse(
      (
        await shell.run([
          'admin',
          'agents',
          'token',
          'associate_agent',
          '--email',
          'maya@example.test',
          '--json',
        ])
      ).stdout,
    );
    expect(data).toMatchObject({ kind: 'agent', agent_id: 'associate_agent', resource: 'api' });
  });
});

/** Keeps the database up, so that each command finds it running. */
let held: Database;

describe('with the database running', () => {
  beforeAll(async () => {
    held = await openDatabase(await loadConfiguration({ environment: shell.environment }), {
      purpose: 'cli',
    });
  });

  afterAll(() => held.close());

  describe('a query', () => {
    it('is a row of the audit log, under the session and with where it came from', async () => {
      const { session_id: sessionId } = await shell.data('admin', 'session', 'show');
      await shell.data('infra', 'db', 'query', "select 'marker-7f3a'");
      const { rows } = await shell.data(
        'infra',
        'logs',
        'audit',
        'list',
        '--event',
        'db.queried',
        '--limit',
        '1',
      );
      const [row] = rows as { trace_id: string }[];
      expect(row).toMatchObject({ session_id: sessionId, action: 'infra db query' });
      const trace = await shell.data('infra', 'logs', 'audit', row?.trace_id ?? '', '--full');
      expect(trace.rows).toMatchObject([
        {
          evaluation: {
            content: { input: { sql: "select 'marker-7f3a'" } },
            detail: { operator: { uid: process.getuid?.(), terminal: false } },
          },
        },
      ]);
    });

    it.each([
      ['delete from audit_log', 3],
      ['select * from users', 3],
      ["copy (select 1) to program 'id'", 3],
      ['commit; delete from audit_log', 1],
      ['selec', 1],
      ['select * from nothing', 1],
    ])('refuses %s with exit code %i', async (sql, code) => {
      const outcome = await shell.run(['infra', 'db', 'query', sql]);
      expect(outcome).toMatchObject({
        code,
        stdout: '',
        stderr: expect.stringMatching(/^Error: The query was refused/),
      });
    });

    it('lets nothing that a row holds act on the terminal', async () => {
      const { stdout } = await shell.run([
        'infra',
        'db',
        'query',
        "select E'\\x1b[2J\\u202e\\rx' as hostile",
      ]);
      expect(stdout).toContain('\\u{1b}[2J\\u{202e}\\u{d}x');
      expect(stdout.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    });
  });

  describe('a user who is no admin', () => {
    beforeAll(() => shell.run(['admin', 'session', 'login', '--email', 'maya@example.test']));
    afterAll(() => shell.run(['admin', 'session', 'login', '--email', 'admin@localhost']));

    it.each([
      [['admin', 'users', 'list']],
      [['admin', 'users', 'create', '--email', 'x@example.test']],
      [['admin', 'users', 'role', 'set', 'maya@example.test', 'admin']],
      [['admin', 'users', 'suspend', 'jon@example.test', '--yes']],
      [['admin', 'agents', 'token', 'associate_agent']],
      [['admin', 'session', 'list', '--user', 'jon@example.test']],
      [['infra', 'db', 'query', 'select 1']],
      [['infra', 'db', 'tables']],
    ])('is not allowed to: %j', async (args) => {
      expect(await shell.run(args)).toMatchObject({
        code: 3,
        stdout: '',
        stderr: expect.stringContaining('your role (user)'),
      });
    });

    it('sees the rows of nobody else', async () => {
      const { user_id: userId } = await shell.data('admin', 'session', 'show');
      const { rows } = await shell.data('infra', 'logs', 'audit', 'list', '--limit', '200');
      expect(new Set((rows as { user_id: string }[]).map((row) => row.user_id))).toEqual(new Set([userId]));
    });
  });

  describe('users', () => {
    it('are created, listed, given a role and suspended, each a row under the session', async () => {
      const created = await shell.data(
        'admin',
        'users',
        'create',
        '--email',
        'Ana@example.test',
        '--department',
        'finance',
      );
      expect(created).toMatchObject({
        email: 'ana@example.test',
        role: 'user',
        department: 'finance',
        status: 'active',
      });
      expect(await shell.data('admin', 'users', 'role', 'set', 'ana@example.test', 'service')).toMatchObject({
        role: 'service',
      });
      expect(await shell.data('admin', 'users', 'suspend', 'ana@example.test', '--yes')).toMatchObject({
        status: 'suspended',
      });
      const { users } = await shell.data('admin', 'users', 'list', '--status', 'suspended');
      expect(users).toMatchObject([{ id: created.id }]);
      const { rows } = await shell.data('infra', 'logs', 'audit', 'list', '--since', '5m', '--limit', '20');
      const { session_id: sessionId } = await shell.data('admin', 'session', 'show');
      const changes = (rows as { event: string; session_id: string }[]).filter(
        (row) => row.session_id === sessionId,
      );
      expect(changes.map(({ event }) => event)).toEqual(
        expect.arrayContaining(['user.created', 'role.changed', 'user.suspended']),
      );
    });

    it('cannot log in while suspended', async () => {
      expect(await shell.run(['admin', 'session', 'login', '--email', 'ana@example.test'])).toMatchObject({
        code: 3,
      });
    });
  });
});

describe('in production', () => {
  let production: CommandLine;

  beforeAll(() => {
    production = new CommandLine({ GATEHOUSE_PROFILE: 'production' });
    production.profile('production', 'mode: production\n');
  });

  afterAll(() => production.remove());

  it('says to log in and exits 3', async () => {
    expect(await production.run(['admin', 'users', 'list'])).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('gatehouse admin session login --email'),
    });
  });

  it('opens no session for an e-mail address alone', async () => {
    expect(await production.run(['admin', 'session', 'login', '--email', 'admin@localhost'])).toMatchObject({
      code: 3,
    });
  });
});
