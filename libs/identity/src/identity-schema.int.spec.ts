import pg from 'pg';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createIdentityKit, type IdentityKit } from '../test/identity-kit.ts';
import { Sessions, Users } from './index.ts';

let kit: IdentityKit;
beforeAll(async () => {
  kit = await createIdentityKit();
});
afterAll(() => kit.close());

const TABLES = ['api_keys', 'browser_sessions', 'hook_credentials', 'sessions', 'users'];

async function as(role: 'server' | 'reader' | 'retention', sql: string): Promise<string> {
  const client = new pg.Client(kit.database.clientConfig(role));
  await client.connect();
  try {
    await client.query(sql);
    return 'done';
  } catch (error) {
    return (error as { code: string }).code;
  } finally {
    await client.end();
  }
}

const NOT_ALLOWED = '42501';

describe('the tables of identity', () => {
  it('are as the entities say: columns, types, nullability', async () => {
    const { rows } = await kit.owner.query<{
      table: string;
      column: string;
      type: string;
      nullable: boolean;
    }>(
      `select table_name as "table", column_name as "column", is_nullable = 'YES' as nullable,
              case udt_name when 'timestamptz' then 'timestamptz(' || datetime_precision || ')' when '_text' then 'text' else udt_name end as type
         from information_schema.columns where table_name = any($1) order by 1, 2`,
      [TABLES],
    );
    const entities = kit.app.get(DataSource).entityMetadatas.flatMap(({ tableName, columns }) =>
      columns.map(({ databaseName, type, precision, isNullable }) => ({
        table: tableName,
        column: databaseName,
        nullable: isNullable,
        type: type === 'timestamptz' ? `timestamptz(${precision})` : String(type),
      })),
    );
    const name = (one: { table: string; column: string }) => `${one.table}.${one.column}`;
    entities.sort((a, b) => (name(a) < name(b) ? -1 : 1));
    expect(rows).toEqual(entities);
  });

  it.each(TABLES)('%s: nothing for the reader and for retention, no delete for the server', async (table) => {
    for (const role of ['reader', 'retention'] as const) {
      for (const sql of [
        `select * from ${table}`,
        `delete from ${table}`,
        `insert into ${table} default values`,
      ]) {
        expect(await as(role, sql)).toBe(NOT_ALLOWED);
      }
    }
    expect(await as('server', `select * from ${table}`)).toBe('done');
    expect(await as('server', `delete from ${table}`)).toBe(NOT_ALLOWED);
    expect(await as('server', `truncate ${table} cascade`)).toBe(NOT_ALLOWED);
  });

  it.each([
    "update sessions set user_id = 'x'",
    "update sessions set root_session_id = 'x'",
    "update sessions set expires_at = 'infinity'",
    "update sessions set agent_id = 'x'",
    "update users set id = 'x'",
    "update hook_credentials set hash = ''",
  ])('the server cannot %s', async (sql) => {
    expect(await as('server', sql)).toBe(NOT_ALLOWED);
  });

  it.each<[string, string]>([
    ["insert into users values ('x', 'a@b', 'A', 'user', null, 'active', now(), now())", '23514'],
    ["update users set email = 'A@B'", '23514'],
    ["update users set role = 'root'", '23514'],
    ["update users set status = 'gone'", '23514'],
    ["update users set department = 'A B'", '23514'],
    ['update sessions set revoked_at = now()', '23514'],
    ["update sessions set revoked_reason = 'operator'", '23514'],
    ["update sessions set revoked_at = now(), revoked_reason = 'because'", '23514'],
  ])('hold what they should: %s', async (sql, code) => {
    const user = await kit.app.get(Users).find('held@example.test');
    if (user === null) {
      const { id } = await kit.app.get(Users).create({ email: 'held@example.test' });
      await kit.app.get(Sessions).open({ userId: id, clientId: 'test' });
    }
    expect(await as('server', sql)).toBe(code);
  });
});
