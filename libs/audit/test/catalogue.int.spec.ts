import { catalogueListing, createTestDatabase, type TestDatabase } from '@gatehouse/database';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});

afterAll(() => database.drop());

it('the audit tables, their triggers and grants are those of the committed listing', async () => {
  const client = new pg.Client(database.clientConfig('owner'));
  await client.connect();
  try {
    const lines = (await catalogueListing(client)) as readonly string[];
    const audit = lines.filter((line) => /\baudit_/.test(line) && !/\baudit_log_\d{4}_\d{2}/.test(line));
    await expect(`${audit.join('\n')}\n`).toMatchFileSnapshot('audit-catalogue.txt');
  } finally {
    await client.end();
  }
});
