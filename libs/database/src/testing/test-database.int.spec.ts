import { afterAll, beforeAll, expect, it } from 'vitest';
import { readMigrations } from '../migrations/migration.ts';
import { databaseStatus } from '../status/database-status.ts';
import { withClient } from '../with-client.ts';
import { createTestDatabase, type TestDatabase } from './test-database.ts';
import { ROOT } from './test-installation.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

it.each(['owner', 'server', 'reader', 'masked', 'retention'] as const)('lets %s in', async (role) => {
  const { rows } = await withClient(database.clientConfig(role), (client) =>
    client.query('select current_user::text as name, current_database()::text as database'),
  );
  expect(rows).toEqual([{ name: `gatehouse_${role}`, database: database.name }]);
});

it('has every migration', async () => {
  const status = await databaseStatus(database);
  const files = await readMigrations(`${ROOT}/libs/database/migrations`);
  expect(status.migrations.map(({ name, sha256 }) => [name, sha256])).toEqual(
    files.map(({ name, sha256 }) => [name, sha256]),
  );
  expect(status).toMatchObject({ name: database.name, mode: 'embedded', pid: database.pid });
  expect(status.version).toMatch(/^18\./);
  expect(status.sizeBytes).toBeGreaterThan(1_000_000);
  expect(status.uptimeMs).toBeGreaterThan(0);
});

it('gives each caller a database of its own, and drops it with the connections it still has', async () => {
  const clones = await Promise.all(Array.from({ length: 4 }, createTestDatabase));
  const names = clones.map(({ name }) => name);
  expect(new Set([...names, database.name]).size).toBe(5);
  const [first, second] = clones;
  if (first === undefined || second === undefined) throw new Error('four were made');
  await withClient(first.clientConfig('owner'), async (lingering) => {
    await lingering.query('create table mine (a int)');
    const { rows } = await withClient(second.clientConfig('owner'), (owner) =>
      owner.query(`select to_regclass('mine') as found`),
    );
    expect(rows).toEqual([{ found: null }]);
    await Promise.all(clones.map((clone) => clone.drop()));
    await expect(lingering.query('select 1')).rejects.toThrow();
  });
  const { rowCount } = await withClient(database.clientConfig('owner'), (owner) =>
    owner.query('select from pg_database where datname = any($1)', [names]),
  );
  expect(rowCount).toBe(0);
});
