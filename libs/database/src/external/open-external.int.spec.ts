import { AppError, Secret } from '@gatehouse/kernel';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openDatabase } from '../open-database.ts';
import { runReaderQuery } from '../reader/run-reader-query.ts';
import { databaseStatus } from '../status/database-status.ts';
import { createPrivateDatabase, type PrivateDatabase } from '../testing/private-database.ts';
import { installationIn } from '../testing/test-installation.ts';
import { withClient } from '../with-client.ts';

/** The operator's own PostgreSQL. */
let operators: PrivateDatabase;
const asOperator = (sql: string, database = 'postgres') =>
  withClient({ ...operators.clientConfig('owner'), database }, (client) => client.query(sql));

beforeAll(async () => {
  operators = await createPrivateDatabase({ supervised: false });
  for (const name of ['one', 'two', 'Three-3']) {
    await asOperator(`create role "ann of ${name}" login createrole password 'pass of ${name}'`);
    await asOperator(`create database "${name}" owner "ann of ${name}"`);
  }
  await asOperator(`create role bob login password 'pass of bob'`);
  await asOperator('create database bobs');
});
afterAll(() => operators.drop());

const urlOf = (user: string, password: string, database: string) =>
  `postgres://${[user, password].map(encodeURIComponent).join(':')}@/${database}?host=${encodeURIComponent(
    operators.clientConfig('owner').host ?? '',
  )}`;

const open = (url: string) =>
  openDatabase(
    { installation: installationIn('/nowhere'), profile: { databaseUrl: new Secret(url) } },
    { purpose: 'server' },
  );

it('prepares the database for two replicas that start at once', async () => {
  const url = urlOf('ann of one', 'pass of one', 'one');
  const replicas = await Promise.all([open(url), open(url)]);
  for (const replica of replicas) {
    expect(replica.embedded).toBe(false);
    for (const role of ['owner', 'server', 'reader', 'masked', 'retention'] as const) {
      const { rows } = await withClient(replica.clientConfig(role), (client) =>
        client.query<{ user: string; rolsuper: boolean }>(
          `select current_user::text as "user", rolsuper from pg_roles where rolname = current_user`,
        ),
      );
      expect(rows).toEqual([
        { user: role === 'owner' ? 'ann of one' : `gatehouse_one_${role}`, rolsuper: false },
      ]);
    }
  }
  expect(replicas[0]?.clientConfig('server')).toEqual(replicas[1]?.clientConfig('server'));
});

it('tells its status', async () => {
  const database = await open(urlOf('ann of one', 'pass of one', 'one'));
  expect(await databaseStatus(database)).toMatchObject({ name: 'one', mode: 'external', pid: null });
});

it('keeps two databases on one server apart', async () => {
  const [one, two] = await Promise.all([
    open(urlOf('ann of one', 'pass of one', 'one')),
    open(urlOf('ann of two', 'pass of two', 'two')),
  ]);
  const stranger = { ...one.clientConfig('server'), database: two.name };
  await expect(withClient(stranger, async () => {})).rejects.toThrow(/permission denied for database/);
});

it('gives roles of a database with an unusual name plain names', async () => {
  const database = await open(urlOf('ann of Three-3', 'pass of Three-3', 'Three-3'));
  expect(database.clientConfig('reader').user).toMatch(/^gatehouse_x[0-9a-f]{20}_reader$/);
  expect((await runReaderQuery(database, 'select count(*)::int as n from audit_log')).rows).toEqual([
    { n: 0 },
  ]);
});

it.each([
  'delete from audit_log',
  'create table t (a int)',
  'create temporary table t (a int)',
  `copy (select 1) to program 'id'`,
  'select * from schema_migrations',
  // What only the READ ONLY transaction stops there, where no superuser took the functions away.
  'select lo_create(0)',
  'set role "ann of one"',
])('holds the reader there too: %s', async (sql) => {
  const database = await open(urlOf('ann of one', 'pass of one', 'one'));
  await expect(runReaderQuery(database, sql)).rejects.toMatchObject({ code: 'DATABASE_QUERY_REFUSED' });
});

it('stops without the rights it needs and prints the SQL that grants them, which does', async () => {
  const url = urlOf('bob', 'pass of bob', 'bobs');
  const error = await open(url).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof AppError)) throw new Error('it opened');
  expect(error.code).toBe('DATABASE_RIGHTS_MISSING');
  expect(error.hint).toContain('alter database "bobs" owner to "bob"; alter role "bob" createrole;');
  await asOperator(error.hint?.replace(/^.*run: /, '') ?? '');
  expect((await open(url)).name).toBe('bobs');
});

it('follows a change of the password', async () => {
  const before = await open(urlOf('ann of one', 'pass of one', 'one'));
  await asOperator(`alter role "ann of one" password 'another'`);
  const after = await open(urlOf('ann of one', 'another', 'one'));
  expect(after.clientConfig('server').password).not.toBe(before.clientConfig('server').password);
  await withClient(after.clientConfig('retention'), async () => {});
  await asOperator(`alter role "ann of one" password 'pass of one'`);
});

it('says that it cannot connect without repeating the URL', async () => {
  const error = await open(urlOf('ann of one', 'wrong-secret', 'one')).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof AppError)) throw new Error('it opened');
  expect(error.code).toBe('DATABASE_UNREACHABLE');
  expect(JSON.stringify([error.message, error.hint, error.stack])).not.toContain('wrong-secret');
});
