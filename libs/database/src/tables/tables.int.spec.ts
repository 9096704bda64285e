import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts';
import { countRows, describeTable, listTables } from './tables.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});

afterAll(() => database.drop());

it('lists each table once, a partitioned one without its partitions', async () => {
  const tables = await listTables(database);
  const names = tables.map(({ name }) => name);
  expect(names).toEqual([...new Set(names)].sort());
  expect(names).toEqual(expect.arrayContaining(['audit_log', 'sessions', 'users']));
  expect(names.filter((name) => /\d{4}_\d{2}/.test(name))).toEqual([]);
  expect(tables.every(({ sizeBytes }) => Number.isSafeInteger(sizeBytes) && sizeBytes >= 0)).toBe(true);
});

it('counts the size of partitions to their table', async () => {
  const audit = (await listTables(database)).find(({ name }) => name === 'audit_log');
  expect(audit?.sizeBytes).toBeGreaterThan(0);
});

it('describes the audit table by its 18 columns', async () => {
  const { columns, indexes } = await describeTable(database, 'audit_log');
  expect(columns).toHaveLength(18);
  expect(columns[0]).toEqual({ name: 'id', type: 'uuid', nullable: false, default: null, primaryKey: true });
  expect(indexes.map(({ name }) => name)).toContain('audit_log_trace');
});

it('counts rows', async () => {
  expect(await countRows(database, 'users')).toBe(0);
  expect(await countRows(database, 'schema_migrations')).toBeGreaterThan(0);
});

it.each(['nothing', 'pg_authid', 'users; drop table users', 'Users"', ''])(
  'knows no table %j',
  async (name) => {
    await expect(describeTable(database, name)).rejects.toMatchObject({ code: 'DATABASE_TABLE_UNKNOWN' });
    await expect(countRows(database, name)).rejects.toMatchObject({ code: 'DATABASE_TABLE_UNKNOWN' });
  },
);
