import { AuditLog } from '@gatehouse/audit';
import type { Configuration, StorageSettings } from '@gatehouse/config';
import { AccessTokens, Sessions, Users } from '@gatehouse/identity';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { aServer, type TestServer } from '../support/a-server.ts';
import { postHook, preToolUse } from '../support/hook-client.ts';
import { postFrom } from '../support/raw-request.ts';

const GOVERN = '/api/v1/hooks/govern';
const JSON_RPC = {
  jsonrpc: '2.0',
  id: 1,
  method: 'tools/call',
  params: { name: 'read_file', arguments: { path: 'a' } },
};

let server: TestServer;
const replicas: TestServer[] = [];

beforeAll(async () => {
  server = await aServer();
  await server.discovered;
});
afterEach(async () => {
  for (const replica of replicas.splice(0)) await replica.end();
});
afterAll(() => server.end());

async function aReplica(change: (configuration: Configuration) => Configuration): Promise<TestServer> {
  const replica = await aServer({ beside: server, configure: change });
  replicas.push(replica);
  return replica;
}

function withStorage(storage: Partial<StorageSettings>) {
  return (configuration: Configuration): Configuration => {
    const { services } = configuration;
    const settings = { ...services.settings, storage: { ...services.settings.storage, ...storage } };
    return { ...configuration, services: { ...services, settings } };
  };
}

let users = 0;

/** A token of a new user for a hook, good at every replica. */
async function aToken(role = 'user'): Promise<{ readonly token: string; readonly userId: string }> {
  users += 1;
  const user = await server.app.get(Users).create({ email: `disk${users}@example.test`, role });
  const session = await server.app.get(Sessions).open({ userId: user.id, clientId: 'test' });
  return { token: await server.app.get(AccessTokens).issue({ session, resource: 'api' }), userId: user.id };
}

async function rowsOf(userId: string, since = ''): Promise<{ event: string; evaluation: Evaluation }[]> {
  const { rows } = await server.sql.query(
    `select event, evaluation from audit_log where user_id = $1 and event <> 'session.created' and ($2 = '' or id > nullif($2, '')::uuid)
     order by id`,
    [userId, since],
  );
  return rows;
}

interface Evaluation {
  readonly contentless?: string;
  readonly commitment: string | null;
  readonly content?: unknown;
  readonly detail?: { readonly count: number };
}

async function lastId(): Promise<string> {
  const { rows } = await server.sql.query<{ id: string }>('select max(id::text) as id from audit_log');
  return rows[0]!.id;
}

describe('callers without a valid credential', () => {
  const hook = preToolUse('Read', { file_path: '/srv/a' });
  const made = (n: number) => `ghk_${'0'.repeat(8)}${String(n).padStart(8, '0')}${'a'.repeat(80)}`;

  it.each<[string, string, unknown, (i: number) => Record<string, string>]>([
    ['no token', GOVERN, hook, () => ({})],
    ['a token that is garbage', GOVERN, hook, (i) => ({ authorization: `Bearer garbage-${i}` })],
    ['a made-up hook credential', GOVERN, hook, (i) => ({ authorization: `Bearer ${made(i)}` })],
    ['a forwarded address that changes', GOVERN, hook, (i) => ({ 'x-forwarded-for': `203.0.113.${i}` })],
    ['a body that is no hook', GOVERN, '{', () => ({})],
    ['events', '/api/v1/hooks/track', { hook_event_name: 'SessionStart', session_id: 'x' }, () => ({})],
    ['MCP calls', '/mcp/filesystem', JSON_RPC, () => ({ accept: 'application/json, text/event-stream' })],
  ])('cause at most 60 rows a minute from one network: %s', async (_name, path, body, headersOf) => {
    const replica = await aReplica((same) => same);
    const since = await lastId();
    for (let i = 0; i < 120; i += 1) {
      const answer = await postFrom('127.0.77.1', { port: replica.port, path }, body, headersOf(i));
      expect(answer.body).not.toContain('"permissionDecision":"allow"');
    }
    await replica.end();
    replicas.pop();
    const rows = await rowsOf('anonymous', since);
    expect(rows).toHaveLength(60);
    const summaries = (await rowsOf('system', since)).filter(({ event }) => event === 'request.summarised');
    expect(summaries.map(({ evaluation }) => evaluation.detail)).toMatchObject([
      { count: 60, byCause: { unknown_caller: 60 } },
    ]);
  });

  it('cause at most 600 rows a minute from many networks, and every one is accounted for', async () => {
    const replica = await aReplica((same) => same);
    const since = await lastId();
    for (let network = 0; network < 20; network += 1) {
      const sent = Array.from({ length: 40 }, () =>
        postFrom(`127.0.${network}.9`, { port: replica.port, path: GOVERN }, hook),
      );
      await Promise.all(sent);
    }
    await replica.end();
    replicas.pop();
    const rows = await rowsOf('anonymous', since);
    const summarised = (await rowsOf('system', since)).reduce(
      (sum, { event, evaluation }) =>
        event === 'request.summarised' ? sum + (evaluation.detail?.count ?? 0) : sum,
      0,
    );
    expect({ rows: rows.length, all: rows.length + summarised }).toEqual({ rows: 600, all: 800 });
  });

  it('take nothing from a caller with a token in the same network', async () => {
    const replica = await aReplica((same) => same);
    const { token, userId } = await aToken();
    for (let i = 0; i < 200; i += 1) await postFrom('127.0.0.1', { port: replica.port, path: GOVERN }, hook);
    const answer = await postHook(replica, token, hook);
    expect(answer.body.hookSpecificOutput?.permissionDecision).toBe('allow');
    expect(await rowsOf(userId)).toHaveLength(1);
  });
});

describe('a caller with a token', () => {
  it('that floods beyond its limit causes as many rows again as its calls, and then a count', async () => {
    const replica = await aReplica((configuration) => {
      const { services } = configuration;
      const governance = {
        ...services.governance,
        rateLimits: { ...services.governance.rateLimits, perMinute: 10, userSessions: 1 },
      };
      return { ...configuration, services: { ...services, governance } };
    });
    const { token, userId } = await aToken();
    const decisions: (string | undefined)[] = [];
    for (let i = 0; i < 60; i += 1) {
      const answer = await postHook(replica, token, preToolUse('Read', { file_path: '/srv/a' }));
      decisions.push(answer.body.hookSpecificOutput?.permissionDecisionReason);
    }
    expect(decisions.filter((reason) => reason === undefined)).toHaveLength(10);
    expect(decisions.at(-1)).toMatch(/\(rate_limited\)$/);
    expect(await rowsOf(userId)).toHaveLength(20);
    expect(replica.app.get(AuditLog).status().summarisedCallsTotal).toBe(40);
  });

  it('records events as often as it may call', async () => {
    const replica = await aReplica((configuration) => {
      const { services } = configuration;
      const governance = {
        ...services.governance,
        rateLimits: { ...services.governance.rateLimits, perMinute: 10, userSessions: 1 },
      };
      return { ...configuration, services: { ...services, governance } };
    });
    const { token, userId } = await aToken();
    for (let i = 0; i < 40; i += 1) {
      await postHook(replica, token, { hook_event_name: 'Notification', session_id: 'x' }, { path: 'track' });
    }
    expect(await rowsOf(userId)).toHaveLength(10);
  });

  it('records content up to its daily quota, is decided beyond it, and is no quota of others', async () => {
    const replica = await aReplica(withStorage({ contentBytesPerUserDay: 40_000 }));
    const [flooding, quiet] = [await aToken(), await aToken()];
    const call = preToolUse('Read', { file_path: `/srv/${'x'.repeat(15_000)}` });
    for (let i = 0; i < 8; i += 1) {
      const answer = await postHook(replica, flooding.token, call);
      expect(answer.body.hookSpecificOutput?.permissionDecision).toBe('allow');
    }
    const rows = await rowsOf(flooding.userId);
    expect(rows.map(({ evaluation }) => evaluation.contentless ?? null)).toEqual([
      null,
      null,
      null,
      ...Array.from({ length: 5 }, () => 'daily_quota'),
    ]);
    expect(rows.at(-1)!.evaluation).toMatchObject({ commitment: null });
    expect(rows.at(-1)!.evaluation).not.toHaveProperty('content');
    await postHook(replica, quiet.token, call);
    expect((await rowsOf(quiet.userId))[0]!.evaluation).toHaveProperty('content');
  });
});

describe('what a tool gave back', () => {
  const report = (task: string, output: string) => ({
    ...preToolUse('Read', { file_path: '/srv/a' }, { tool_use_id: task }),
    hook_event_name: 'PostToolUse',
    tool_response: { output },
  });
  const resultsOf = async (userId: string) => {
    const { rows } = await server.sql.query<{ result: { status: string; content?: unknown } }>(
      `select result from audit_log where user_id = $1 and event = 'tool_call.completed' order by id`,
      [userId],
    );
    return rows.map(({ result }) => result);
  };

  it('is recorded to 16 KiB, and beyond the daily quota not at all', async () => {
    const replica = await aReplica(withStorage({ contentBytesPerUserDay: 40_000 }));
    const { token, userId } = await aToken();
    for (const task of ['one', 'two', 'three', 'four', 'five', 'six', 'seven']) {
      const call = preToolUse('Read', { file_path: '/srv/a' }, { tool_use_id: task });
      await postHook(replica, token, call);
      await postHook(replica, token, report(task, 'x'.repeat(200_000)));
    }
    const results = await resultsOf(userId);
    expect(results.map(({ status }) => status)).toEqual(Array.from({ length: 7 }, () => 'ok'));
    expect(results[0]).toMatchObject({ content: { output: { cut: true, bytes: 200_013 } } });
    expect(results.at(-1)).not.toHaveProperty('content');
    const { rows } = await server.sql.query<{ bytes: number }>(
      'select max(pg_column_size(a.*))::int as bytes from audit_log a where user_id = $1',
      [userId],
    );
    expect(rows[0]!.bytes).toBeLessThan(16_384 + 4096);
  });
});

describe('the disk budget', () => {
  async function replicaAt(share: number): Promise<TestServer> {
    const { rows } = await server.sql.query<{ bytes: string }>(
      'select pg_database_size(current_database()) as bytes',
    );
    const replica = await aReplica(withStorage({ budgetBytes: Number(rows[0]!.bytes) / share }));
    await replica.discovered;
    return replica;
  }

  async function readyz(at: TestServer) {
    const response = await fetch(`http://127.0.0.1:${at.port}/readyz`);
    const body = (await response.json()) as { disk: { level: string } };
    return { status: response.status, level: body.disk.level };
  }

  const call = preToolUse('Read', { file_path: '/srv/a' });

  it.each([
    [0.5, 'ok', 200],
    [0.87, 'warn', 200],
    [0.935, 'contentless', 200],
    [1.1, 'full', 503],
  ] as const)('at %f is %s, and /readyz answers %i', async (share, level, status) => {
    expect(await readyz(await replicaAt(share))).toEqual({ status, level });
  });

  it('at 92 % leaves content out of rows, for everybody', async () => {
    const replica = await replicaAt(0.935);
    const { token, userId } = await aToken();
    const answer = await postHook(replica, token, call);
    expect(answer.body.hookSpecificOutput?.permissionDecision).toBe('allow');
    expect((await rowsOf(userId))[0]!.evaluation).toMatchObject({
      contentless: 'disk_budget',
      commitment: null,
    });
  });

  it('at 97 % decides calls of admins alone, writes no row for the others and counts them', async () => {
    const replica = await replicaAt(1.1);
    const [user, admin] = [await aToken(), await aToken('admin')];
    const refused = await postHook(replica, user.token, call);
    expect(refused.body.hookSpecificOutput).toMatchObject({
      permissionDecision: 'deny',
      permissionDecisionReason: expect.stringMatching(/disk budget.*\(audit_unavailable\)$/) as string,
    });
    expect(await rowsOf(user.userId)).toEqual([]);
    expect(replica.app.get(AuditLog).status().summarisedCallsTotal).toBe(1);
    const allowed = await postHook(replica, admin.token, call);
    expect(allowed.body.hookSpecificOutput?.permissionDecision).toBe('allow');
    expect(await rowsOf(admin.userId)).toHaveLength(1);
  });
});
