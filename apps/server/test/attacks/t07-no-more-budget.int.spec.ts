import type { Configuration } from '@gatehouse/config';
import { AccessTokens, Agents, type Resource, type Session, Sessions, Users } from '@gatehouse/identity';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RawClient, textOf } from '../mcp/an-mcp-client.ts';
import { aServer, type TestServer } from '../support/a-server.ts';
import { postHook, preToolUse } from '../support/hook-client.ts';

const PER_MINUTE = 20;
const USER_SESSIONS = 4;

function slow(configuration: Configuration): Configuration {
  const { services } = configuration;
  const rateLimits = {
    ...services.governance.rateLimits,
    perMinute: PER_MINUTE,
    userSessions: USER_SESSIONS,
  };
  return {
    ...configuration,
    services: { ...services, governance: { ...services.governance, rateLimits } },
  };
}

let one: TestServer;
let two: TestServer;
beforeAll(async () => {
  one = await aServer({ configure: slow });
  two = await aServer({ beside: one, configure: slow });
  await Promise.all([one.discovered, two.discovered]);
});
afterAll(async () => {
  await two.end();
  await one.end();
});

let users = 0;

async function aSession(userId?: string): Promise<Session> {
  users += 1;
  const id = userId ?? (await one.app.get(Users).create({ email: `t07-${users}@example.test` })).id;
  return one.app.get(Sessions).open({ userId: id, clientId: 'test' });
}

const token = (session: Session, resource: Resource = 'api') =>
  one.app.get(AccessTokens).issue({ session, resource });

const call = (more: object = {}) => preToolUse('Read', { file_path: '/srv/a' }, more);

/** How many of `n` calls with this token are allowed. */
async function allowed(
  bearer: string,
  n: number,
  send: (bearer: string, i: number) => Promise<string | undefined> = throughHook(),
): Promise<number> {
  let count = 0;
  for (let i = 0; i < n; i += 1) if ((await send(bearer, i)) === 'allow') count += 1;
  return count;
}

function throughHook(at = one, more: (i: number) => object = () => ({}), headers = {}) {
  return async (bearer: string, i: number) => {
    const answer = await postHook(at, bearer, call(more(i)), { headers });
    return answer.body.hookSpecificOutput?.permissionDecision;
  };
}

function throughMcp(bearer: string) {
  const client = new RawClient(one, 'filesystem', bearer);
  return async () => {
    if (client.sessionId === undefined) await client.initialize();
    const answered = await client.call('list_allowed_directories');
    expect(answered.status).toBe(200);
    return textOf(answered).includes('(rate_limited)') ? 'deny' : 'allow';
  };
}

describe('a session has one budget', () => {
  it.each<[string, (i: number) => object, Record<string, string>]>([
    ['calls one after another', () => ({}), {}],
    ['another client session each time', (i) => ({ session_id: `client-${i}` }), {}],
    ['another tool use each time', (i) => ({ tool_use_id: `toolu_${i}` }), {}],
    ['another agent name each time', (i) => ({ agent_id: `agent-${i}`, agent_type: 'helper' }), {}],
    ['identity headers', () => ({}), { 'x-user-id': 'someone-else', 'x-session-id': 'another' }],
    ['a forwarded address', () => ({}), { 'x-forwarded-for': '203.0.113.9', forwarded: 'for=203.0.113.9' }],
    ['a trace of its own', () => ({}), { traceparent: `00-${'1'.repeat(32)}-${'2'.repeat(16)}-01` }],
  ])('whatever the client says: %s', async (_name, more, headers) => {
    const bearer = await token(await aSession());
    expect(await allowed(bearer, PER_MINUTE + 10, throughHook(one, more, headers))).toBe(PER_MINUTE);
  });

  it('for all tokens of it, fresh ones too', async () => {
    const session = await aSession();
    let count = 0;
    for (let i = 0; i < 6; i += 1) count += await allowed(await token(session), 5);
    expect(count).toBe(PER_MINUTE);
  });

  it('through all doors together', async () => {
    const session = await aSession();
    const hook = await token(session);
    const mcp = await token(session, 'mcp/filesystem');
    expect(await allowed(hook, PER_MINUTE - 5)).toBe(PER_MINUTE - 5);
    expect(await allowed(mcp, 10, throughMcp(mcp))).toBe(5);
    expect(await allowed(hook, 3)).toBe(0);
  });

  it('with the agents that came from it', async () => {
    const session = await aSession();
    const [agent] = one.configuration.services.agents.values();
    const child = await one.app.get(Agents).openSession(session, agent!.id);
    await allowed(await token(session), 15);
    const bearer = await one.app.get(AccessTokens).issue({ session: child, resource: 'api' });
    let granted = 0;
    for (let i = 0; i < 10; i += 1) {
      const answer = await postHook(one, bearer, call());
      const reason = answer.body.hookSpecificOutput?.permissionDecisionReason ?? '';
      if (!reason.includes('(rate_limited)')) granted += 1;
    }
    expect(granted).toBe(5);
  });

  it('and denied calls count, but for those that the limit itself denies', async () => {
    const bearer = await token(await aSession());
    for (let i = 0; i < PER_MINUTE - 2; i += 1) {
      await postHook(one, bearer, preToolUse('Bash', { command: 'rm -rf /' }));
    }
    expect(await allowed(bearer, 10)).toBe(2);
  });
});

describe('a user has four times the budget of a session', () => {
  it('over however many sessions', async () => {
    const first = await aSession();
    const sessions = [first];
    for (let i = 0; i < 7; i += 1) sessions.push(await aSession(first.userId));
    let count = 0;
    for (const session of sessions) count += await allowed(await token(session), PER_MINUTE);
    expect(count).toBe(PER_MINUTE * USER_SESSIONS);
  });

  it('and opens no more than ten sessions a minute', async () => {
    const first = await aSession();
    for (let i = 0; i < 9; i += 1) await aSession(first.userId);
    await expect(aSession(first.userId)).rejects.toMatchObject({ code: 'IDENTITY_SESSION_RATE' });
  });
});

describe('two servers over one database', () => {
  it('grant a session one budget together, when it calls both in turn', async () => {
    const bearer = await token(await aSession());
    const inTurn = (b: string, i: number) => throughHook(i % 2 === 0 ? one : two)(b, i);
    const count = await allowed(bearer, PER_MINUTE * 2, inTurn);
    expect(count).toBeLessThanOrEqual(PER_MINUTE);
    // A server may hold what it asked for ahead and the other one then lacks.
    expect(count).toBeGreaterThan(PER_MINUTE / 2);
  });

  it('grant it once, when it floods both at once', async () => {
    const bearer = await token(await aSession());
    const floods = [one, two].map((at) =>
      Promise.all(Array.from({ length: 30 }, (_, i) => throughHook(at)(bearer, i))),
    );
    const answers = (await Promise.all(floods)).flat();
    const count = answers.filter((answer) => answer === 'allow').length;
    expect(count).toBeLessThanOrEqual(PER_MINUTE);
    expect(count).toBeGreaterThan(PER_MINUTE / 2);
  });

  it('grant a user one budget, with a session on each', async () => {
    const first = await aSession();
    const sessions = [first];
    for (let i = 0; i < 7; i += 1) sessions.push(await aSession(first.userId));
    let count = 0;
    for (const [i, session] of sessions.entries()) {
      count += await allowed(await token(session), PER_MINUTE, throughHook(i % 2 === 0 ? one : two));
    }
    expect(count).toBeLessThanOrEqual(PER_MINUTE * USER_SESSIONS);
    expect(count).toBeGreaterThan((PER_MINUTE * USER_SESSIONS) / 2);
  });
});
