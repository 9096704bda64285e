import type { JsonObject } from '@gatehouse/kernel';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { METHOD_TABLE, requestRule } from '../../src/mcp/methods/method-table.ts';
import { aDoor, type TestDoor } from '../mcp/a-door.ts';
import { codeOf, RawClient, textOf } from '../mcp/an-mcp-client.ts';

/* Unknown is denied, in both directions: what stands in the table has a check, and what does not reaches nobody. */
let door: TestDoor;
let client: RawClient;

beforeAll(async () => {
  door = await aDoor();
  client = new RawClient(door, 'hostile', await door.token());
  await client.initialize();
});
afterAll(() => door.stop());

/** Every method of the protocol's revisions, in either direction, and some that nobody ever heard of. */
const METHODS = [
  'completion/complete',
  'elicitation/create',
  'initialize',
  'logging/setLevel',
  'ping',
  'prompts/get',
  'prompts/list',
  'resources/directory/read',
  'resources/list',
  'resources/read',
  'resources/subscribe',
  'resources/templates/list',
  'resources/unsubscribe',
  'roots/list',
  'sampling/createMessage',
  'server/discover',
  'subscriptions/listen',
  'tasks/cancel',
  'tasks/get',
  'tasks/list',
  'tasks/result',
  'tasks/update',
  'tools/call',
  'tools/list',
  'notifications/message',
  'notifications/cancelled',
  'Tools/Call',
  'tools/call ',
  'tools//call',
  'tools.call',
  'tools/call\u0000',
  '__proto__',
  'constructor',
  'rpc.discover',
  'gatehouse/anything',
  'x'.repeat(5000),
];
const requestsOf = (era: 'legacy' | 'modern') =>
  new Set(
    METHOD_TABLE.filter(
      ({ from, kind, eras }) => from === 'client' && kind === 'request' && eras.includes(era),
    ).map(({ method }) => method),
  );
const unknownIn = (era: 'legacy' | 'modern') => METHODS.filter((method) => !requestsOf(era).has(method));
/** Has whatever any method asks for, so that none is refused for want of a parameter. */
const PARAMS: JsonObject = {
  name: 'echo',
  arguments: {},
  uri: 'hostile://cancelled',
  taskId: 't',
  level: 'info',
};

describe('the table of methods', () => {
  it('has each method of a sender once, with a check', () => {
    const keys = METHOD_TABLE.map(({ from, kind, method }) => `${from} ${kind} ${method}`);
    expect(new Set(keys).size).toBe(keys.length);
    const checks = ['local', 'governed', 'watch', 'asked', 'relayed', 'noted'];
    for (const { check, eras } of METHOD_TABLE) {
      expect(checks).toContain(check);
      expect(eras.length).toBeGreaterThan(0);
    }
  });

  it('knows no other', () => {
    for (const method of ['tasks/get', 'tasks/list', 'roots/list', 'made/up', '__proto__', 'constructor']) {
      for (const era of ['legacy', 'modern'] as const) expect(requestRule(method, era)).toBeUndefined();
    }
  });

  it('lets nothing of a client reach a child unjudged', () => {
    const reaching = METHOD_TABLE.filter(
      ({ from, kind, check }) => from === 'client' && kind === 'request' && check === 'relayed',
    );
    expect(reaching).toEqual([]);
    const acting = ['tools/call', 'resources/read', 'prompts/get', 'completion/complete'];
    for (const method of acting) {
      const rule = METHOD_TABLE.find((one) => one.method === method && one.from === 'client');
      expect([method, rule?.check]).toEqual([method, 'governed']);
    }
  });
});

describe('a request of a client that does not stand in the table', () => {
  it.each(unknownIn('legacy'))('is denied on record in a session, and starts nothing: %j', async (method) => {
    await door.rows();
    const before = door.spawns('hostile');
    const answered = await client.request(method, PARAMS);
    expect(codeOf(answered)).toSatisfy((code) => code === -32601 || code === -32600);
    expect(answered.message.result).toBeUndefined();
    expect(door.spawns('hostile')).toBe(before);
    const rows = await door.rows();
    expect(rows.map(({ event, decision }) => [event, decision])).toEqual([['request.rejected', 'deny']]);
    expect(JSON.stringify(rows)).not.toContain('x'.repeat(300));
  });

  it('is denied in the revision without sessions', async () => {
    const before = door.spawns('hostile');
    for (const method of unknownIn('modern').filter((name) => /^[\x21-\x7e]+$/.test(name))) {
      const answered = await client.modern(method, PARAMS);
      expect([method, answered.message.result]).toEqual([method, undefined]);
      expect(answered.status).toBeGreaterThanOrEqual(400);
    }
    expect(door.spawns('hostile')).toBe(before);
  });
});

describe('what is answered from what is kept', () => {
  it('starts nothing and is no row', async () => {
    await door.rows();
    const before = door.spawns('hostile');
    const local = METHOD_TABLE.filter(
      ({ from, kind, check, eras, method }) =>
        from === 'client' &&
        kind === 'request' &&
        check === 'local' &&
        eras.includes('legacy') &&
        method !== 'initialize' &&
        method !== 'resources/unsubscribe',
    );
    for (const { method } of local) {
      const params: JsonObject = method === 'logging/setLevel' ? { level: 'info' } : {};
      const answered = await client.request(method, params);
      expect([method, answered.message.error]).toEqual([method, undefined]);
    }
    expect(door.spawns('hostile')).toBe(before);
    expect(await door.rows()).toEqual([]);
  });
});

describe('a child that asks its client', () => {
  it('is told no for a model, for folders, for a person and for what nobody knows: none was allowed', async () => {
    const answered = await client.call('ask_client');
    const heard = JSON.parse(textOf(answered)) as { method: string; result?: JsonObject; error?: number }[];
    for (const method of ['sampling/createMessage', 'roots/list', 'elicitation/create', 'made/up']) {
      const answer = heard.find((one) => one.method === method);
      expect([method, typeof answer?.error, answer?.result]).toEqual([method, 'number', undefined]);
    }
    expect(heard.find(({ method }) => method === 'ping')?.result).toEqual({});
  });

  it('is told to whom it speaks no more often than it is called: a dead one is not asked again', async () => {
    await client.call('count');
    const before = Number(textOf(await client.call('count')));
    const died = await client.call('crash');
    expect(textOf(died)).toMatch(/unknown/);
    await door.rows();
    // A new child counts from the beginning: nothing was sent to it that the dead one had.
    expect(Number(textOf(await client.call('count')))).toBe(1);
    expect(before).toBe(2);
  });
});
