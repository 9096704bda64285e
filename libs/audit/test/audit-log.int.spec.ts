import { AuditLog, AuditReader, ReaderSight, ScannedValue, SightedReads, sameInput } from '@gatehouse/audit';
import { createTestDatabase, type TestDatabase } from '@gatehouse/database';
import type {
  AppError,
  ClientId,
  JsonObject,
  JsonValue,
  SessionId,
  TaskId,
  TraceId,
} from '@gatehouse/kernel';
import fc from 'fast-check';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { aContext, anEntry, scanner } from './an-entry.ts';
import { recomputeChains } from './recompute-chains.ts';

let database: TestDatabase;
let owner: pg.Pool;
let log: AuditLog;

beforeAll(async () => {
  database = await createTestDatabase();
  owner = new pg.Pool({ ...database.clientConfig('owner'), max: 4 });
  owner.on('error', () => undefined);
});

afterAll(async () => {
  await owner.end();
  await database.drop();
});

beforeEach(async () => {
  log = aLog();
  await log.start();
});

afterEach(() => log.stop());

function aLog(kind: 'server' | 'cli' = 'server'): AuditLog {
  return new AuditLog({ config: database.clientConfig('server'), kind, scanner, warn: () => undefined });
}

async function storedRow(id: string) {
  const { rows } = await owner.query(
    'select *, evaluation::text as evaluation_text from audit_log where id = $1',
    [id],
  );
  return rows[0] as Record<string, unknown> & { evaluation: JsonObject; result: JsonObject | null };
}

async function storedText(id: string): Promise<string> {
  const { rows } = await owner.query<{ line: string }>(
    'select audit_log::text as line from audit_log where id = $1',
    [id],
  );
  return rows[0]!.line;
}

describe('a recorded row', () => {
  it('is in the table when record resolves, with its 18 columns', async () => {
    const entry = anEntry();
    const { id, commitment } = await log.record(entry);
    const row = await storedRow(id);
    expect(Object.keys(row)).toHaveLength(19);
    expect(row).toMatchObject({
      event: 'tool_call.decided',
      user_id: entry.context.userId,
      session_id: entry.context.sessionId,
      task_id: entry.context.taskId,
      trace_id: entry.context.traceId,
      context_id: entry.context.contextId,
      client_id: 'claude-code',
      role: 'user',
      agent_id: null,
      action: 'mcp__filesystem__read_file',
      decision: 'allow',
      policy: 'default_allow',
      result: null,
      cost_microdollars: '0',
    });
    expect(row.evaluation).toMatchObject({
      commitment,
      policyVersion: 'sha256:00',
      content: { claimed: null, findings: [] },
    });
    expect(sameInput(row.evaluation, { path: '/srv/notes.txt' })).toBe(true);
    expect(sameInput(row.evaluation, { path: '/srv/other.txt' })).toBe(false);
  });

  it("carries its time in its id, and PostgreSQL's own clock functions agree", async () => {
    const { id } = await log.record(anEntry());
    const { rows } = await owner.query(
      'select occurred_at = uuid_extract_timestamp(id) as same, uuid_extract_version(id) as version from audit_log where id = $1',
      [id],
    );
    expect(rows[0]).toEqual({ same: true, version: 7 });
  });

  it('repeats the commitment and not the input when the call is completed', async () => {
    const entry = anEntry();
    const decided = await log.record(entry);
    const completed = await log.record({
      ...entry,
      event: 'tool_call.completed',
      input: undefined as never,
      inputCommitment: decided.commitment,
      result: {
        status: 'ok',
        error: null,
        tokens: null,
        durationMs: 1.5,
        reportedBy: 'gatehouse',
        output: ScannedValue.of(scanner, { text: 'hello' }),
      },
      costMicrodollars: 9_007_199_254_740_993n,
    });
    const row = await storedRow(completed.id);
    expect(row.evaluation).toMatchObject({ commitment: decided.commitment });
    expect(row.evaluation).not.toHaveProperty('content');
    expect(row.result).toMatchObject({
      status: 'ok',
      durationMs: 1.5,
      content: { output: { text: 'hello' } },
    });
    expect(row.cost_microdollars).toBe('9007199254740993');
  });

  it.each(['user_id', 'session_id', 'task_id', 'trace_id', 'context_id', 'client_id'])(
    'is not inserted without one of its six ids: %s',
    async (column) => {
      const { id } = await log.record(anEntry());
      const others = (value: string) =>
        `insert into audit_log select (json_populate_record(audit_log, json_build_object('id', gen_random_uuid(), '${column}', ${value}))).*
           from audit_log where id = '${id}'`;
      const client = new pg.Client(database.clientConfig('server'));
      await client.connect();
      try {
        await expect(client.query(others('null'))).rejects.toMatchObject({ code: '23502' });
        await expect(client.query(others(`''`))).rejects.toMatchObject({ code: '23514' });
      } finally {
        await client.end();
      }
    },
  );

  it('keeps 16 KiB of input whole and of more a head, its length and its hash', async () => {
    const small = await log.record(anEntry({ value: { text: 'x'.repeat(16_000) } }));
    const large = await log.record(anEntry({ value: { text: 'x'.repeat(20_000) } }));
    expect((await storedRow(small.id)).evaluation).toMatchObject({
      content: { input: { text: 'x'.repeat(16_000) } },
    });
    expect((await storedRow(large.id)).evaluation).toMatchObject({
      content: { input: { cut: true, bytes: 20_011, head: expect.stringMatching(/^\{"text":"x{8183}$/) } },
    });
  });
});

describe('what a client can write', () => {
  const canary = `ghp_${'c4nArY'.repeat(6)}`;

  it.each([
    ['a task id', { context: aContext({ taskId: canary as TaskId }) }],
    ['a trace id', { context: aContext({ traceId: canary as TraceId }) }],
    ['a client id', { context: aContext({ clientId: canary as ClientId }) }],
    ['an action', { action: canary }],
    ['an action in odd letters', { action: `täst ${canary}` }],
    ['a claim', { claimed: { agent_id: canary, [canary]: 1 } }],
    [
      'a rule detail',
      { rules: [{ rule: 'r', result: 'fail' as const, detail: `at ${canary}`, durationUs: 1 }] },
    ],
    ['a reason', { reason: `because ${canary}` }],
    ['a detail', { detail: { diff: canary } }],
    ['a value', { value: { a: [canary] } }],
    ['a key', { value: { [canary]: true } }],
    ['a session id of 100 KB', { context: aContext({ sessionId: canary.repeat(2500) as SessionId }) }],
  ])('leaves no credential in any column: %s', async (_name, fields) => {
    const { id } = await log.record(anEntry(fields));
    expect(await storedText(id)).not.toContain('c4nArY');
  });

  it('names an id that cannot stand by its hash, and keeps the original, cut, as a claim', async () => {
    const { id } = await log.record(
      anEntry({ context: aContext({ taskId: 'no such id!'.repeat(100) as TaskId }) }),
    );
    const row = await storedRow(id);
    expect(row.task_id).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(row.evaluation).toMatchObject({
      content: { claimed: { task_id: 'no such id!'.repeat(100).slice(0, 256) } },
    });
  });

  it('replaces what PostgreSQL does not take, keeps keys apart, and says lossy', async () => {
    const { id } = await log.record(
      anEntry({ value: JSON.parse('{"a\\u0000":1,"a\\ufffd":2,"b":"x\\ud800y"}') as JsonValue }),
    );
    const { evaluation } = await storedRow(id);
    expect(evaluation).toMatchObject({
      lossy: true,
      content: { input: { 'a\ufffd': 1, 'a\ufffd~': 2, b: 'x\ufffdy' } },
    });
  });
});

describe('the seal', () => {
  it('comes out again, whatever the rows hold, by an auditor who has only the text of the contract', async () => {
    const anyText = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc.string({ unit: 'grapheme-composite', maxLength: 20 }),
      fc.constant('\u0000\ud800'),
    );
    const entries = fc.sample(
      fc.record({
        value: fc.jsonValue({ stringUnit: 'binary' }),
        action: fc.string({ minLength: 1, unit: 'binary' }),
        reason: anyText.map((text) => `r${text}`),
        claimed: fc.dictionary(anyText, anyText),
        costMicrodollars: fc.bigInt({ min: 0n, max: 2n ** 62n }),
      }),
      1500,
    );
    for (let i = 0; i < entries.length; i += 50) {
      await Promise.all(entries.slice(i, i + 50).map((entry) => log.record(anEntry(entry as never))));
    }
    const report = await recomputeChains(owner);
    expect(report.problems).toEqual([]);
    expect(report.rows).toBeGreaterThanOrEqual(1500);
  });

  it.each([
    ['a changed reason', `update audit_log set reason = 'x' where id = $1`, /was changed/],
    ['a result that was added', `update audit_log set result = '{}' where id = $1`, /was changed/],
    [
      'a rule that was changed',
      `update audit_log set evaluation = replace(evaluation::text, 'live', 'dead')::json where id = $1`,
      /was changed/,
    ],
    ['a removed row', 'delete from audit_log where id = $1', /is gone/],
  ])('shows %s', async (_name, tampering, problem) => {
    const { id } = await log.record(anEntry());
    const client = await owner.connect();
    try {
      await client.query('begin');
      await client.query("set local session_replication_role = 'replica'");
      expect((await client.query(tampering, [id])).rowCount).toBe(1);
      expect((await recomputeChains(client as never)).problems.join()).toMatch(problem);
    } finally {
      await client.query('rollback');
      client.release();
    }
  });

  it('stays valid when the content is erased', async () => {
    const { id } = await log.record(anEntry());
    const client = await owner.connect();
    try {
      await client.query('begin');
      await client.query("set local session_replication_role = 'replica'");
      await client.query(
        `update audit_log set evaluation = (evaluation::jsonb - 'content')::json where id = $1`,
        [id],
      );
      expect((await recomputeChains(client as never)).problems).toEqual([]);
    } finally {
      await client.query('rollback');
      client.release();
    }
  });

  it('goes on where the chain ended when the writer starts again', async () => {
    await log.record(anEntry());
    await log.stop();
    log = aLog();
    await log.start();
    await log.record(anEntry());
    const { rows } = await owner.query('select count(*)::int as lanes from audit_lanes where kind = $1', [
      'server',
    ]);
    expect(rows[0]).toEqual({ lanes: 2 });
    expect((await recomputeChains(owner)).problems).toEqual([]);
  });

  it('is of its own for each writer: a second server and a command take other lanes', async () => {
    const second = aLog();
    const command = aLog('cli');
    await second.start();
    await Promise.all([log, second, command].map((writer) => writer.record(anEntry())));
    await Promise.all([second.stop(), command.stop()]);
    const { rows } = await owner.query(
      'select kind, count(*)::int as n from audit_lanes group by kind order by kind',
    );
    expect(rows).toEqual([
      { kind: 'cli', n: 1 },
      { kind: 'server', n: 4 },
    ]);
    expect((await recomputeChains(owner)).problems).toEqual([]);
  });
});

describe('a row that the database refuses', () => {
  it('is refused alone, and every other row of its batch stands', async () => {
    const poisoned = () => ({ ...anEntry(), decision: 'maybe' as never });
    const results = await Promise.allSettled(
      Array.from({ length: 200 }, (_, i) => log.record(i % 50 === 7 ? poisoned() : anEntry())),
    );
    const refused = results.flatMap((result, i) =>
      result.status === 'rejected' ? [[i, (result.reason as AppError).code]] : [],
    );
    expect(refused).toEqual([7, 57, 107, 157].map((i) => [i, 'AUDIT_ROW_REFUSED']));
    expect((await recomputeChains(owner)).problems).toEqual([]);
  });
});

describe('a database that goes away', () => {
  it('loses no acknowledged row and doubles none when connections are cut at random', async () => {
    const before = (await recomputeChains(owner)).rows;
    let acknowledged = 0;
    const cut = () =>
      owner.query(
        `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'gatehouse audit lane'
           and datname = current_database() and random() < 0.7`,
      );
    const write = async () => {
      for (let i = 0; i < 60; i += 1) {
        await log.record(anEntry());
        acknowledged += 1;
        if (acknowledged % 70 === 0) await cut();
      }
    };
    await Promise.all(Array.from({ length: 20 }, write));
    await log.stop();
    const report = await recomputeChains(owner);
    expect(report.problems).toEqual([]);
    expect(acknowledged).toBe(1200);
    expect(report.rows - before).toBe(acknowledged);
  });

  it('denies after two seconds, and afterwards each denied call is a row that was not executed, or counted', async () => {
    const before = await log.record(anEntry());
    await owner.query(
      `revoke connect on database ${database.name} from ${database.clientConfig('server').user}`,
    );
    await owner.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'gatehouse audit lane' and datname = current_database()`,
    );
    const started = performance.now();
    const { userId } = aContext();
    const results = await Promise.allSettled(
      Array.from({ length: 25 }, () => log.record(anEntry({ context: aContext({ userId }) }))),
    );
    const elapsed = performance.now() - started;
    await owner.query(
      `grant connect on database ${database.name} to ${database.clientConfig('server').user}`,
    );
    expect(
      results.map((result) => (result.status === 'rejected' ? (result.reason as AppError).code : 'recorded')),
    ).toEqual(Array.from({ length: 25 }, () => 'AUDIT_UNAVAILABLE'));
    expect(elapsed).toBeGreaterThan(1900);
    expect(elapsed).toBeLessThan(4000);
    await log.record(anEntry());
    await log.stop();
    const { rows } = await owner.query<{ decided: number; closed: number; counted: number }>(
      `select count(*) filter (where event = 'tool_call.decided' and user_id = $1)::int as decided,
         count(*) filter (where result ->> 'status' = 'not_executed' and user_id = $1)::int as closed,
         coalesce(sum((evaluation -> 'detail' ->> 'count')::int) filter (where event = 'audit.gap' and id > $2), 0)::int as counted
       from audit_log`,
      [userId, before.id],
    );
    const { decided, closed, counted } = rows[0]!;
    expect({ accounted: decided + counted, closed }).toEqual({ accounted: 25, closed: decided });
    expect(log.status().lostCallsTotal).toBe(counted);
  });
});

describe('the database roles', () => {
  it.each([
    ['server', `update audit_log set reason = 'x'`],
    ['server', 'delete from audit_log'],
    ['server', 'truncate audit_log'],
    ['server', 'truncate audit_log_default'],
    ['server', `update audit_seals set root = prev_root`],
    ['server', 'delete from audit_seals'],
    ['server', 'drop table audit_log'],
    ['server', 'alter table audit_log disable trigger all'],
    ['server', `set session_replication_role = 'replica'`],
    ['reader', `insert into audit_lanes (kind) values ('cli')`],
    ['reader', 'delete from audit_log'],
    ['reader', 'select * from users'],
    ['reader', 'select * from sessions'],
    ['retention', 'delete from audit_log'],
    ['owner', `update audit_log set reason = 'x'`],
    ['owner', 'delete from audit_seals'],
    ['owner', 'truncate audit_log'],
  ] as const)('refuses %s: %s', async (role, statement) => {
    await log.record(anEntry());
    const client = new pg.Client(database.clientConfig(role));
    await client.connect();
    try {
      await expect(client.query(statement)).rejects.toMatchObject({ code: '42501' });
    } finally {
      await client.end();
    }
  });
});

describe('reading', () => {
  const aReader = () => {
    const pool = new pg.Pool({ ...database.clientConfig('reader'), max: 2 });
    pool.on('error', () => undefined);
    return new AuditReader(new SightedReads(pool, new ReaderSight(database)));
  };

  it('answers one trace by the id of its trace, its task or any of its rows, within sight only', async () => {
    const reader = aReader();
    const context = aContext();
    const decided = await log.record(anEntry({ context }));
    const completed = await log.record(anEntry({ context, event: 'tool_call.completed' }));
    const ids = [decided.id, completed.id];
    for (const id of [context.traceId, context.taskId, decided.id, completed.id]) {
      const rows = await reader.trace(id, { kind: 'self', userId: context.userId });
      expect(rows.map((row) => row.id).sort()).toEqual([...ids].sort());
    }
    expect(await reader.trace(context.traceId, { kind: 'self', userId: 'somebody-else' })).toEqual([]);
    expect(await reader.trace("'; drop table audit_log; --", { kind: 'all' })).toEqual([]);
    await reader.stop();
  });

  it('pages by cursor without gap or repetition', async () => {
    const reader = aReader();
    const context = aContext();
    await Promise.all(Array.from({ length: 25 }, () => log.record(anEntry({ context }))));
    const seen: string[] = [];
    let before: string | undefined;
    do {
      const page = await reader.list(
        { userId: context.userId, limit: 10, ...(before === undefined ? {} : { before }) },
        { kind: 'all' },
      );
      seen.push(...page.rows.map((row) => row.id));
      before = page.next ?? undefined;
    } while (before !== undefined);
    expect(new Set(seen).size).toBe(25);
    expect(seen).toEqual([...seen].sort().reverse());
    await reader.stop();
  });
});
