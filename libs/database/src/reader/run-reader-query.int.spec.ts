import { AppError } from '@gatehouse/kernel';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts';
import { withClient } from '../with-client.ts';
import { READER_LIMITS, runReaderQuery } from './run-reader-query.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await withClient(database.clientConfig('owner'), async (owner) => {
    await owner.query(`create table vault (secret text)`);
    await owner.query(`insert into vault values ('the-secret')`);
    await owner.query(
      `insert into audit_log (id, occurred_at, event, user_id, session_id, task_id, trace_id, context_id, client_id,
         role, action, decision, policy, reason, evaluation)
       values (gen_random_uuid(), now(), 'tool_call.decided', 'u', 's', 't', 'r', 'c', 'l', 'admin', 'Bash', 'deny',
         'blocklisted', 'no', '{"a": 1}')`,
    );
  });
});
afterAll(() => database.drop());

/** Signed as the product signs it, by who may read the key. */
async function seeAll(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
  const facts = JSON.stringify({ pid: rows[0]!.pid, rows: 'all', user: 'u', department: null });
  await withClient(database.clientConfig('server'), async (server) => {
    const signed = await server.query<{ proof: string }>(
      `select encode(sha256(outer_key || sha256(inner_key || convert_to($1, 'UTF8'))), 'hex') as proof from audit_sight_keys`,
      [facts],
    );
    const told = `${facts}.${signed.rows[0]!.proof}`;
    await client.query(`select set_config('gatehouse.sight', $1, true)`, [told]);
  });
}

async function codeOf(sql: string): Promise<string> {
  const error = await runReaderQuery(database, sql).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  return error instanceof AppError ? error.code : String(error);
}

it('returns columns, rows as objects, their count and the time', async () => {
  const result = await runReaderQuery(
    database,
    `select action, evaluation, cost_microdollars, 1 as id, 2 as id, true as yes, 1.5::float8 as half, 'NaN'::float8 as none
     from audit_log`,
    { tell: seeAll },
  );
  expect(result).toMatchObject({
    columns: ['action', 'evaluation', 'cost_microdollars', 'id', 'id_2', 'yes', 'half', 'none'],
    rows: [
      {
        action: 'Bash',
        evaluation: { a: 1 },
        cost_microdollars: '0',
        id: 1,
        id_2: 2,
        yes: true,
        half: 1.5,
        none: 'NaN',
      },
    ],
    row_count: 1,
    truncated: false,
  });
  expect(result.execution_time_ms).toBeGreaterThan(0);
});

it('sees audit_log with its 18 columns in information_schema', async () => {
  const { rows } = await runReaderQuery(
    database,
    `select count(*)::int as n from information_schema.columns where table_name = 'audit_log'`,
  );
  expect(rows).toEqual([{ n: 18 }]);
});

it('lists the rows, their seals, and what proves, holds and purges them, and no table besides', async () => {
  const { rows } = await runReaderQuery(
    database,
    `select distinct table_name as name from information_schema.table_privileges where table_schema = 'public' order by 1`,
  );
  expect(rows.map(({ name }) => name)).toEqual([
    'audit_checkpoints',
    'audit_erasures',
    'audit_held',
    'audit_holds',
    'audit_keys',
    'audit_lanes',
    'audit_log',
    'audit_origins',
    'audit_purges',
    'audit_seals',
  ]);
});

it.each(['explain select * from audit_log', 'show server_version', 'table audit_seals', 'values (1)', ''])(
  'runs %j',
  async (sql) => {
    expect(await runReaderQuery(database, sql)).toHaveProperty('row_count');
  },
);

it('stops at 10,000 rows and says so', async () => {
  const exact = await runReaderQuery(database, 'select generate_series(1, 10000) as n');
  expect([exact.row_count, exact.rows.at(-1)]).toEqual([10_000, { n: 10_000 }]);
  const more = await runReaderQuery(database, 'select generate_series(1, 100000000) as n');
  expect([more.row_count, more.truncated]).toEqual([10_000, true]);
});

it('ends a statement after its time', async () => {
  const limits = { ...READER_LIMITS, timeoutMs: 150 };
  await expect(
    runReaderQuery(database, 'select count(*) from generate_series(1, 1000000000)', { limits }),
  ).rejects.toMatchObject({ code: 'DATABASE_QUERY_TIMEOUT' });
});

it('ends a result that would fill the memory', async () => {
  await expect(
    runReaderQuery(database, `select repeat('x', 1000000) from generate_series(1, 100)`),
  ).rejects.toMatchObject({
    code: 'DATABASE_RESULT_TOO_LARGE',
  });
});

describe('refuses', () => {
  it.each([
    ['a second statement', 'select 1; select 2'],
    ['an escape from the transaction', 'commit; delete from audit_log'],
    ['a statement behind a NUL', 'select 1\0; delete from audit_log'],
    ['a delete', 'delete from audit_log'],
    ['an update', `update audit_log set reason = 'x'`],
    ['an insert', 'insert into audit_log select * from audit_log'],
    ['a truncate', 'truncate audit_log'],
    ['a change hidden in a query', 'with gone as (delete from audit_log returning *) select * from gone'],
    ['locking rows', 'select * from audit_log for update'],
    ['locking the table', 'lock table audit_log in access exclusive mode'],
    ['select into', 'select * into copied from audit_log'],
    ['a table', 'create table t (a int)'],
    ['a temporary table', 'create temporary table t (a int)'],
    ['a function', `create function f() returns int language sql as 'select 1'`],
    ['an anonymous block', `do $$ begin delete from audit_log; end $$`],
    ['a program', `copy (select 1) to program 'id'`],
    ['a program that feeds', `copy audit_log from program 'id'`],
    ['a file written', `copy (select 1) to '/tmp/gatehouse-reader'`],
    ['a file read', `select pg_read_file('/etc/passwd')`],
    ['a file read as bytes', `select pg_read_binary_file('/etc/passwd')`],
    ['a folder listed', `select pg_ls_dir('.')`],
    ['a file imported', `select lo_import('/etc/passwd')`],
    ['a large object', `select lo_from_bytea(0, 'x')`],
    ['the owner', 'set role gatehouse_owner'],
    ['the server', 'set role gatehouse_server'],
    ['another session user', 'set session authorization gatehouse_owner'],
    ['the password table', 'select * from pg_authid'],
    ['the password view', 'select * from pg_shadow'],
    ['a table of secrets', 'select * from vault'],
    ['the users', 'select * from users'],
    ['the sessions', 'select * from sessions'],
    ['the places of exports', 'select * from export_places'],
    ['the log', 'select * from logs'],
    ['the migrations', 'select * from schema_migrations'],
    ['a partition directly', 'select * from audit_log_default'],
    ['an extension', 'create extension dblink'],
    ['another database', `select * from dblink('dbname=postgres', 'select 1') as t(a int)`],
    ['a library', `load 'adminpack'`],
    ['a setting of the server', `alter system set fsync = off`],
    ['its own role', 'alter role gatehouse_reader superuser'],
    ['its own password', `alter role gatehouse_reader password 'x'`],
    ['a grant', 'grant select on vault to gatehouse_reader'],
    ['a security label', `security label on table audit_log is 'x'`],
    ['stopping others', `select pg_terminate_backend(pid) from pg_stat_activity`],
    ['reloading the server', 'select pg_reload_conf()'],
    ['holding a lock', 'select pg_advisory_lock(1)'],
    ['a notification by function', `select pg_notify('sessions', 'x')`],
    ['making partitions', 'select audit_keep_months(24)'],
    ['a checkpoint', 'checkpoint'],
    ['a replication slot', `select pg_create_physical_replication_slot('x')`],
    ['a trigger switched off', 'set session_replication_role = replica'],
    ['its limit of temporary files', 'set temp_file_limit = -1'],
    ['writing after all', `select set_config('transaction_read_only', 'off', false)`],
  ])('%s', async (_what, sql) => {
    expect(await codeOf(sql)).toBe('DATABASE_QUERY_REFUSED');
  });

  it('to let a notification out', async () => {
    await withClient(database.clientConfig('server'), async (listener) => {
      const heard: string[] = [];
      listener.on('notification', ({ channel }) => heard.push(channel));
      await listener.query('listen sessions');
      await runReaderQuery(database, `notify sessions, 'forged'`);
      await withClient(database.clientConfig('server'), (sender) => sender.query('notify sessions'));
      await listener.query('select 1');
      expect(heard).toEqual(['sessions']);
    });
  });

  it('nothing and leaves nothing: after all attacks the row is there', async () => {
    const { rows } = await runReaderQuery(database, 'select count(*)::int as n from audit_log', {
      tell: seeAll,
    });
    expect(rows).toEqual([{ n: 1 }]);
  });
});

it('leaves no connection behind', async () => {
  await codeOf('select nonsense');
  await withClient(database.clientConfig('owner'), async (owner) => {
    const readers = `select count(*)::int as n from pg_stat_activity where usename = 'gatehouse_reader' and datname = current_database()`;
    await expect.poll(async () => (await owner.query(readers)).rows).toEqual([{ n: 0 }]);
  });
});

it('ends with the connection when a COMMIT closes the transaction', async () => {
  await runReaderQuery(database, 'commit');
  const client = new pg.Client(database.clientConfig('reader'));
  await client.connect();
  await expect(client.query('delete from audit_log')).rejects.toThrow(/permission denied/);
  await client.end();
});

it('sends the statement when what it waits for has happened, and never where that failed', async () => {
  const run = () => {
    const gate = Promise.withResolvers<void>();
    const told = Promise.withResolvers<number>();
    const ran = runReaderQuery(database, 'select 7 as sent', {
      after: gate.promise,
      tell: async (client) => {
        const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
        told.resolve(rows[0]!.pid);
      },
    });
    return { gate, ran, pid: told.promise };
  };
  const activity = (pid: number) =>
    withClient(database.clientConfig('owner'), async (owner) => {
      const sql = 'select state, query from pg_stat_activity where pid = $1';
      return (await owner.query<{ state: string; query: string }>(sql, [pid])).rows[0];
    });
  const first = run();
  await expect
    .poll(async () => activity(await first.pid), { timeout: 15_000 })
    .toEqual({ state: 'idle in transaction', query: 'select pg_backend_pid() as pid' });
  first.gate.resolve();
  expect((await first.ran).rows).toEqual([{ sent: 7 }]);
  const second = run();
  await second.pid;
  second.gate.reject(new Error('no row'));
  await expect(second.ran).rejects.toThrow('no row');
});
