import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from './test-database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

it('gives each role a connection to a migrated database', async () => {
  for (const role of ['owner', 'server', 'reader', 'retention'] as const) {
    const client = new pg.Client(database.clientConfig(role));
    await client.connect();
    const { rows } = await client.query('select current_user as name, current_database() as database');
    expect(rows).toEqual([{ name: `gatehouse_${role}`, database: database.name }]);
    await client.end();
  }
});
