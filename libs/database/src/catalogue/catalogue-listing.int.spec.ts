import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts';
import { withClient } from '../with-client.ts';
import { catalogueListing } from './catalogue-listing.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const list = () => withClient(database.clientConfig('owner'), catalogueListing);

it('lists tables, columns, indexes, constraints, triggers, functions and grants', async () => {
  const lines = await list();
  expect(lines).toContain('column schema_migrations.sha256 text not null');
  expect(lines).toContain('constraint schema_migrations.schema_migrations_pkey PRIMARY KEY (name)');
  expect(lines).toContain('grant insert on audit_log to gatehouse_server');
  expect(lines).toContain('table audit_log row security partition by RANGE (id)');
  expect(lines.filter((line) => line.startsWith('trigger '))).not.toEqual([]);
  expect(lines.join('\n')).not.toMatch(/_20\d\d_\d\d/);
});

it.each([
  ['a column', 'alter table schema_migrations add column note text'],
  ['a type', 'alter table schema_migrations alter column note type varchar(9)'],
  ['a nullability', 'alter table schema_migrations alter column applied_at drop not null'],
  ['an index', 'create index on schema_migrations (applied_at)'],
  ['a grant', 'grant delete on audit_lanes to gatehouse_server'],
  ['a column grant', 'grant update (lane) on audit_lanes to gatehouse_retention'],
  ['a trigger', 'drop trigger audit_log_unchanged on audit_log'],
  ['a function', `create function nothing() returns int language sql return 1`],
  ['a body', `create or replace function nothing() returns int language sql as 'select 2'`],
  ['row security', 'alter table audit_lanes enable row level security'],
])('changes with %s', async (_what, sql) => {
  const before = await list();
  await withClient(database.clientConfig('owner'), (owner) => owner.query(sql));
  expect(await list()).not.toEqual(before);
});

it('is the same in two clones', async () => {
  const [one, two] = await Promise.all([createTestDatabase(), createTestDatabase()]);
  try {
    const lines = await withClient(one.clientConfig('owner'), catalogueListing);
    expect(await withClient(two.clientConfig('owner'), catalogueListing)).toEqual(lines);
  } finally {
    await Promise.all([one.drop(), two.drop()]);
  }
});
