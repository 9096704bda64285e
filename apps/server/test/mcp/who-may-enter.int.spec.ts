import { Sessions } from '@gatehouse/identity';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aDoor, type TestDoor } from './a-door.ts';
import { codeOf, RawClient, textOf } from './an-mcp-client.ts';

const LIST = { jsonrpc: '2.0', id: 7, method: 'tools/list' };
const CALL = { jsonrpc: '2.0', id: 7, method: 'tools/call', params: { name: 'echo', arguments: { a: 1 } } };

let door: TestDoor;
beforeAll(async () => {
  door = await aDoor();
});
afterAll(() => door.stop());

const challengeOf = (server: string): string =>
  `resource_metadata="http://localhost:8080/.well-known/oauth-protected-resource/mcp/${server}", scope="mcp:${server}"`;

describe('a caller without a good token', () => {
  const tokens: readonly (readonly [string, () => Promise<string | undefined>])[] = [
    ['none', async () => undefined],
    ['one that is no token', async () => 'nonsense'],
    ['one for another server', () => door.token({ resource: 'mcp/everything' })],
    ['one for the API', () => door.token({ resource: 'api' })],
    ['one for the hooks', () => door.token({ resource: 'hooks' })],
    ['one that was tampered with', async () => `${(await door.token()).slice(0, -4)}AAAA`],
  ];

  it.each(tokens)('is told where to get one: %s', async (_name, token) => {
    const bearer = await token();
    const answered = await new RawClient(door, 'hostile', bearer).send(LIST);
    expect(answered.status).toBe(401);
    const error = bearer === undefined ? '' : 'error="invalid_token", ';
    expect(answered.headers.get('www-authenticate')).toBe(`Bearer ${error}${challengeOf('hostile')}`);
    expect(answered.message).toMatchObject({ id: 7, error: { code: -32_000 } });
  });

  it.each(tokens)('leaves a row for a call and starts nothing: %s', async (_name, token) => {
    const before = door.spawns('hostile');
    const bearer = await token();
    await door.rows();
    expect((await new RawClient(door, 'hostile', bearer).send(CALL)).status).toBe(401);
    expect(await door.rows()).toMatchObject([
      { event: 'tool_call.decided', action: 'mcp__hostile__echo', decision: 'deny', policy: 'token_invalid' },
    ]);
    expect(door.spawns('hostile')).toBe(before);
  });

  it('leaves no row for a list, and none for a body that is none', async () => {
    await door.rows();
    const client = new RawClient(door, 'hostile', undefined);
    for (const body of [LIST, '{', 'x'.repeat(2_000_000)]) expect((await client.send(body)).status).toBe(401);
    expect(await door.rows()).toEqual([]);
  });

  it.each(['POST', 'GET', 'DELETE'])('learns nothing of which servers there are by %s', async (method) => {
    const body = method === 'POST' ? LIST : undefined;
    const known = await new RawClient(door, 'hostile', undefined).send(body, {}, method);
    const unknown = await new RawClient(door, 'unheard', undefined).send(body, {}, method);
    expect(unknown.status).toBe(known.status);
    expect(unknown.text).toBe(known.text);
    expect(unknown.headers.get('www-authenticate')).toBe(`Bearer ${challengeOf('unheard')}`);
  });

  it('is not echoed a hostile name', async () => {
    const answered = await new RawClient(
      door,
      encodeURIComponent('a" x="y\r\nSet-Cookie: z'),
      undefined,
    ).send(LIST);
    expect(answered.status).toBe(401);
    expect(answered.headers.get('www-authenticate')).toBe(`Bearer ${challengeOf('_')}`);
  });

  it('is let in no longer once its session was ended', async () => {
    const client = new RawClient(door, 'hostile', await door.token());
    await client.initialize();
    expect((await client.request('tools/list')).status).toBe(200);
    await client.call('echo');
    const [row] = (await door.rows()).slice(-1);
    await door.app.get(Sessions).revoke(row!.session_id, { reason: 'logout' });
    expect((await client.call('echo')).status).toBe(401);
  });
});

describe('protected resource metadata', () => {
  it('names the resource, its authorization server and its scope', async () => {
    const response = await fetch(`${door.url}/.well-known/oauth-protected-resource/mcp/hostile`);
    expect(response.headers.get('content-type')).toMatch(/^application\/json/);
    expect(await response.json()).toEqual({
      resource: 'http://localhost:8080/mcp/hostile',
      authorization_servers: ['http://localhost:8080'],
      bearer_methods_supported: ['header'],
      scopes_supported: ['mcp:hostile:list', 'mcp:hostile'],
      resource_name: 'Gatehouse: hostile',
    });
  });

  it('is there for servers only', async () => {
    const response = await fetch(`${door.url}/.well-known/oauth-protected-resource/mcp/unheard`);
    expect(response.status).toBe(404);
  });
});

describe('an MCP session', () => {
  it('has an unguessable id and a trace of its own', async () => {
    const token = await door.token();
    const ids = new Set<string>();
    for (let i = 0; i < 3; i += 1) {
      const client = new RawClient(door, 'hostile', token);
      await client.initialize();
      ids.add(client.sessionId!);
    }
    expect(ids.size).toBe(3);
    for (const id of ids) expect(id).toMatch(/^[A-Za-z0-9_-]{32}$/);
  });

  it.each(['another user', 'the same user through another client'])('is unknown to %s', async (who) => {
    const [token, second] = await door.tokensOfOneUser(2);
    const owner = new RawClient(door, 'hostile', token);
    await owner.initialize();
    const stranger = new RawClient(door, 'hostile', who === 'another user' ? await door.token() : second);
    stranger.sessionId = owner.sessionId;
    for (const method of ['POST', 'GET', 'DELETE']) {
      const answered = await stranger.send(method === 'POST' ? LIST : undefined, {}, method);
      expect([answered.status, codeOf(answered)]).toEqual([404, -32_000]);
    }
    expect((await owner.request('tools/list')).status).toBe(200);
  });

  it('ends with DELETE, and its child with it', async () => {
    const client = new RawClient(door, 'hostile', await door.token());
    await client.initialize();
    await client.call('echo');
    const before = door.servers.find('hostile')!.children;
    expect((await client.send(undefined, {}, 'DELETE')).status).toBe(200);
    expect(door.servers.find('hostile')!.children).toBe(before - 1);
    expect((await client.request('tools/list')).status).toBe(404);
  });

  it('keeps the child that another connection of the same token uses', async () => {
    const token = await door.token();
    const [one, two] = [new RawClient(door, 'hostile', token), new RawClient(door, 'hostile', token)];
    for (const client of [one, two]) await client.initialize();
    await one.call('count');
    await one.send(undefined, {}, 'DELETE');
    expect(textOf(await two.call('count'))).toBe('2');
  });

  it('of one token session never shares a child with another', async () => {
    const clients = [
      new RawClient(door, 'hostile', await door.token()),
      new RawClient(door, 'hostile', await door.token()),
    ];
    for (const client of clients) {
      await client.initialize();
      expect(textOf(await client.call('count'))).toBe('1');
    }
  });

  it('is bounded in number: a user over it loses the least recently used', async () => {
    const token = await door.token();
    const clients = Array.from({ length: 65 }, () => new RawClient(door, 'hostile', token));
    for (const client of clients) await client.initialize();
    expect((await clients[0]!.request('ping')).status).toBe(404);
    expect((await clients[1]!.request('ping')).status).toBe(200);
    expect((await clients[64]!.request('ping')).status).toBe(200);
  });
});
