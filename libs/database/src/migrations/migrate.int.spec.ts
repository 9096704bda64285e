import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { EMBEDDED_ROLES } from '../embedded/open-embedded.ts';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts';
import { ROOT } from '../testing/test-installation.ts';
import { withClient } from '../with-client.ts';
import { migrate } from './migrate.ts';
import { type Migration, readMigrations } from './migration.ts';

let database: TestDatabase;
let present: readonly Migration[];
beforeAll(async () => {
  database = await createTestDatabase();
  present = await readMigrations(`${ROOT}/libs/database/migrations`);
});
afterAll(() => database.drop());

const further = (name: string, sql: string): Migration => ({
  name,
  sql,
  sha256: createHash('sha256').update(sql).digest('hex'),
});
const run = (...migrations: Migration[]) =>
  withClient(database.clientConfig('owner'), (owner) =>
    migrate(owner, [...present, ...migrations], EMBEDDED_ROLES),
  );

it('runs nothing on a database that has all', async () => {
  expect(await run()).toEqual([]);
});

it('keeps nothing of a migration that fails, and all of the one before', async () => {
  const good = further('9001-good', 'create table good (a int); grant select on good to {{reader}}');
  const bad = further('9002-bad', 'create table bad (a int); select 1 / 0');
  await expect(run(good, bad)).rejects.toMatchObject({
    code: 'DATABASE_MIGRATION_FAILED',
    message: 'Migration 9002-bad failed: division by zero',
  });
  const { rows } = await withClient(database.clientConfig('owner'), (owner) =>
    owner.query(
      `select to_regclass('good')::text as good, to_regclass('bad')::text as bad,
         has_table_privilege('gatehouse_reader', 'good', 'select') as granted,
         (select max(name) from schema_migrations) as last`,
    ),
  );
  expect(rows).toEqual([{ good: 'good', bad: null, granted: true, last: '9001-good' }]);
});

it('refuses a placeholder that is not a role', async () => {
  const good = further('9001-good', 'create table good (a int); grant select on good to {{reader}}');
  await expect(run(good, further('9002-typo', 'grant select on good to {{raeder}}'))).rejects.toThrow(
    /raeder/,
  );
});

it('leaves to PUBLIC no function, no table and no schema', async () => {
  const { rows } = await withClient(database.clientConfig('owner'), async (owner) => {
    await owner.query('create function fresh() returns int language sql return 1');
    await owner.query('create table untold (a int)');
    return owner.query(
      `select role, has_function_privilege(role, 'fresh()', 'execute') as calls,
         has_table_privilege(role, 'untold', 'select, insert, update, delete') as touches,
         has_schema_privilege(role, 'public', 'create') as creates,
         has_database_privilege(role, current_database(), 'temporary, create') as adds
       from unnest(array['gatehouse_server', 'gatehouse_reader', 'gatehouse_retention']) as role`,
    );
  });
  const nothing = { calls: false, touches: false, creates: false, adds: false };
  expect(rows.map(({ role: _role, ...rights }) => rights)).toEqual([nothing, nothing, nothing]);
});
