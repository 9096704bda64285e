import { readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aServer, type TestServer } from '../support/a-server.ts';
import { postHook, preToolUse } from '../support/hook-client.ts';

/*
 * What each role of the database can do to the trail, seen from a running server's own database. What `reader` can do is
 * told at length in libs/database/src/reader, and the command in apps/cli/test/commands.
 */
let server: TestServer;

beforeAll(async () => {
  server = await aServer({ tools: false, ownCluster: true });
  await server.discovered;
  for (const role of ['server', 'reader', 'retention'] as const) {
    const client = new pg.Client({ ...server.database.clientConfig(role), application_name: 't03' });
    await client.connect();
    clients.set(role, client);
  }
  const token = await server.token('admin@localhost', 'hooks');
  await postHook(server, token, preToolUse('Read', { file_path: 'a.txt' }));
});
afterAll(async () => {
  for (const client of clients.values()) await client.end();
  await server.end();
});

type LimitedRole = 'server' | 'reader' | 'retention';
const clients = new Map<LimitedRole, pg.Client>();

/** The SQLSTATE that the role's statement fails with; null where it does not fail. */
async function refusal(role: LimitedRole, sql: string): Promise<string | null> {
  const client = clients.get(role)!;
  try {
    await client.query('begin');
    await client.query(sql);
    return null;
  } catch (error) {
    return (error as { code?: string }).code ?? 'no code';
  } finally {
    await client.query('rollback');
  }
}

async function partitions(): Promise<string[]> {
  const { rows } = await server.sql.query<{ name: string }>(
    `select inhrelid::regclass::text as name from pg_inherits where inhparent = 'audit_log'::regclass`,
  );
  return rows.map(({ name }) => name);
}

/** No right to it, or no such thing for this role, or nothing that a transaction may do. */
const REFUSED = /^(?:42501|42704|42883|42P01|42703|0A000|25006|55006|25001|22023)$/;

const CHANGES = [
  `update audit_log set reason = 'x'`,
  'delete from audit_log',
  'truncate audit_log',
  `update audit_seals set n = 1`,
  'delete from audit_seals',
  'truncate audit_seals cascade',
  'drop table audit_log cascade',
  'alter table audit_log disable trigger all',
  'alter table audit_log add column x int',
  'drop trigger audit_log_unchanged on audit_log',
  `create or replace function audit_refuse_change() returns trigger language plpgsql as 'begin return new; end'`,
  `create or replace rule r as on insert to audit_log do instead nothing`,
  'set session_replication_role = replica',
  'alter table audit_log owner to current_user',
  `select pg_read_file('/etc/passwd')`,
  `copy audit_log to program 'id'`,
  `copy audit_log to '/tmp/t03'`,
  `copy audit_log from '/tmp/t03'`,
  'create extension dblink',
  'create table t03 (a int)',
  'create schema t03',
  'create role t03',
  'create database t03',
  'alter role current_user superuser',
  `alter system set fsync = off`,
  'set role gatehouse_owner',
  'set session authorization gatehouse_owner',
  `select audit_drop_partition('audit_log_2020_01', gen_random_uuid())`,
  `update schema_migrations set checksum = 'x'`,
];

describe('the roles of the database', () => {
  it('server and reader change nothing of the trail, of themselves or of the machine', async () => {
    const letThrough: string[] = [];
    for (const sql of CHANGES) {
      for (const role of ['server', 'reader'] as const) {
        const code = await refusal(role, sql);
        if (code === null || !REFUSED.test(code)) letThrough.push(`${role}: ${sql}: ${code}`);
      }
    }
    expect(letThrough).toEqual([]);
  });

  it('server may not reach a row by its partition either', async () => {
    const names = await partitions();
    expect(names.length).toBeGreaterThan(2);
    for (const name of names) {
      for (const sql of [
        `update ${name} set reason = 'x'`,
        `delete from ${name}`,
        `truncate ${name}`,
        `drop table ${name}`,
      ]) {
        expect([sql, await refusal('server', sql)]).toEqual([sql, '42501']);
      }
    }
  });

  it('nobody but the owner is granted to change the trail, whatever a trigger would say', async () => {
    const { rows } = await server.sql.query<{ granted: string }>(
      `select distinct grantee || ' ' || lower(privilege_type) || ' ' || table_name as granted
         from information_schema.role_table_grants
        where table_name ~ '^audit_(?:log|seals)' and grantee <> 'gatehouse_owner'
          and privilege_type not in ('SELECT', 'INSERT')`,
    );
    expect(rows).toEqual([]);
  });

  it('a trigger stops the owner as well', async () => {
    for (const sql of [
      `update audit_log set reason = 'x'`,
      'delete from audit_log',
      'truncate audit_log',
      'delete from audit_seals',
    ]) {
      await expect(server.sql.query(sql)).rejects.toMatchObject({ code: '42501' });
    }
  });

  it('reader sees the audit tables, and nothing of sessions, keys, tokens, secrets or users', async () => {
    expect(await refusal('reader', 'select * from audit_log')).toBeNull();
    expect(await refusal('reader', 'select * from audit_seals')).toBeNull();
    const { rows } = await server.sql.query<{ name: string }>(
      `select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')
         and not relispartition and has_table_privilege('gatehouse_reader', oid, 'select') order by relname`,
    );
    const seen = rows.map(({ name }) => name);
    expect(seen.filter((name) => !/^(?:audit_|logs)/.test(name))).toEqual([]);
    for (const table of ['users', 'sessions', 'hook_credentials', 'operator_proofs', 'schema_migrations']) {
      expect([table, await refusal('reader', `select * from ${table}`)]).toEqual([
        table,
        expect.stringMatching(/^42(?:501|P01)$/),
      ]);
    }
  });

  it('retention drops nothing without the row that says so, and touches no row', async () => {
    for (const name of await partitions()) {
      for (const sql of [
        `drop table ${name}`,
        `alter table audit_log detach partition ${name}`,
        `delete from ${name}`,
      ]) {
        expect([sql, await refusal('retention', sql)]).toEqual([sql, '42501']);
      }
    }
    const { rows } = await server.sql.query<{ id: string }>('select id from audit_log limit 1');
    const [name] = (await partitions()).filter((one) => /_\d{4}_\d\d$/.test(one));
    const drop = await refusal('retention', `select audit_drop_partition('${name}', '${rows[0]!.id}')`);
    expect(drop).toMatch(/^(?:42501|22023)$/);
    expect(await refusal('retention', 'select * from audit_log')).toBe('42501');
    expect(await refusal('retention', 'select * from users')).toBe('42501');
  });

  it('only owner is a superuser, and none may make roles, databases or replicate, or pass by row security', async () => {
    const { rows } = await server.sql.query(
      `select rolname from pg_roles where rolname !~ '^pg_'
         and (rolsuper or rolcreaterole or rolcreatedb or rolreplication or rolbypassrls)`,
    );
    expect(rows).toEqual([{ rolname: 'gatehouse_owner' }]);
    const memberships = await server.sql.query(
      `select from pg_auth_members where member::regrole::text like 'gatehouse%'`,
    );
    expect(memberships.rowCount).toBe(0);
  });

  it('the server works as `server`, not as the owner', async () => {
    const { rows } = await server.sql.query<{ usename: string }>(
      `select distinct usename from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid() and application_name not in ('gatehouse owner', 't03')`,
    );
    expect(rows).toEqual([{ usename: 'gatehouse_server' }]);
  });
});

describe('the way into the embedded PostgreSQL', () => {
  it('is a socket in a folder of its own, and asks everybody for a password', async () => {
    const { host } = server.database.clientConfig('server');
    expect(statSync(host!).mode & 0o777).toBe(0o700);
    const { rows } = await server.sql.query<{ name: string; setting: string }>(
      `select name, setting from pg_settings where name in ('listen_addresses', 'hba_file')`,
    );
    const setting = new Map(rows.map(({ name, setting: value }) => [name, value]));
    expect(setting.get('listen_addresses')).toBe('');
    const hba = readFileSync(setting.get('hba_file')!, 'utf8')
      .split('\n')
      .filter((line) => /^[^#\s]/.test(line));
    expect(hba.length).toBeGreaterThan(0);
    expect(hba.filter((line) => !/\sscram-sha-256$/.test(line.trim()))).toEqual([]);
    expect(statSync(dirname(setting.get('hba_file')!)).mode & 0o077).toBe(0);
  });

  it('is shut to a wrong password and to none', async () => {
    const config = server.database.clientConfig('owner');
    for (const password of ['', 'wrong']) {
      const client = new pg.Client({ ...config, password });
      client.on('error', () => undefined);
      await expect(client.connect()).rejects.toThrow();
    }
  });
});
