import { CredentialResolver, Sessions, TokenKey } from '@gatehouse/identity';
import * as client from 'openid-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aService } from '../oauth/an-issuer.ts';
import { aServer, type TestServer } from '../support/a-server.ts';
import { forgerOf } from '../support/forge.ts';

const EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';
const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token';

let server: TestServer;
beforeAll(async () => {
  server = await aServer({
    configure: (configuration) => {
      const { agents } = configuration.services;
      const model = agents.get('associate_agent')!;
      const chained = ['one', 'two', 'three', 'four', 'five'].map((id) => [id, { ...model, id }] as const);
      const narrow = { ...model, id: 'narrow', tools: ['Read'], mcpServers: [] };
      const services = {
        ...configuration.services,
        agents: new Map([...agents, ...chained, ['narrow', narrow]]),
      };
      return { ...configuration, services };
    },
  });
  await server.discovered;
});
afterAll(() => server.end());

const urlOf = (name: string) => `${server.url}/mcp/${name}`;
const resolve = (token: string, name = 'filesystem') =>
  server.app.get(CredentialResolver).resolve(token, `mcp/${name}`);
const exchange = (config: client.Configuration, subject: string, more: Record<string, string> = {}) =>
  client.genericGrantRequest(config, EXCHANGE, {
    subject_token: subject,
    subject_token_type: ACCESS_TOKEN,
    ...more,
  });
const claimsOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString());
const callOf = async (token: string, tool: string, args: object) => {
  const response = await fetch(urlOf('filesystem'), {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': 'tools/call',
      'mcp-name': tool,
    },
    body: JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: {
        name: tool,
        arguments: args,
        _meta: {
          'io.modelcontextprotocol/protocolVersion': '2026-07-28',
          'io.modelcontextprotocol/clientInfo': { name: 'agent', version: '1' },
          'io.modelcontextprotocol/clientCapabilities': {},
        },
      },
    }),
  });
  return response.text();
};

describe('an agent that acts for a user', () => {
  it('gets a token that says so, for the user, for one resource, in a session of its own', async () => {
    const maya = await server.token('maya@example.test', 'api');
    const config = await aService(server, 'associate_agent');
    const tokens = await exchange(config, maya, { resource: urlOf('filesystem') });
    const claims = claimsOf(tokens.access_token);
    expect(claims).toMatchObject({
      sub: claimsOf(maya).sub,
      aud: urlOf('filesystem'),
      agent: 'associate_agent',
      act: { sub: 'associate_agent' },
      client_id: config.clientMetadata().client_id,
    });
    expect(claims.sid).not.toBe(claimsOf(maya).sid);
    expect(await resolve(tokens.access_token)).toMatchObject({
      ok: true,
      principal: { rootSessionId: claimsOf(maya).sid, agentId: 'associate_agent' },
    });
    const { rows } = await server.sql.query(
      "select agent_id, client_id, user_id from audit_log where event = 'token.issued' order by id desc limit 1",
    );
    expect(rows[0]).toMatchObject({ agent_id: 'associate_agent', user_id: claims.sub });
  });

  it('hands on at most four agents deep', async () => {
    let token = await server.token('maya@example.test', 'api');
    for (const agent of ['one', 'two', 'three', 'four']) {
      token = (await exchange(await aService(server, agent), token, { resource: urlOf('filesystem') }))
        .access_token;
    }
    const outcome = await resolve(token);
    expect(outcome.ok && outcome.principal.agents.map(({ id }) => id)).toEqual([
      'one',
      'two',
      'three',
      'four',
    ]);
    await expect(exchange(await aService(server, 'five'), token)).rejects.toMatchObject({
      error: 'access_denied',
    });
  });

  it('is whom the stored session says, whatever a token signed with the right key says of the chain', async () => {
    const maya = await server.token('maya@example.test', 'api');
    const first = await exchange(await aService(server, 'one'), maya, { resource: urlOf('filesystem') });
    const { access_token: genuine } = await exchange(await aService(server, 'two'), first.access_token);
    const { header, payload, sign } = forgerOf(genuine, server.app.get(TokenKey).reveal());
    expect(payload.act).toEqual({ sub: 'two', act: { sub: 'one' } });
    for (const [agent, act] of [
      ['two', { sub: 'two' }],
      ['two', { sub: 'two', act: { sub: 'three' } }],
      ['two', { sub: 'two', act: { sub: 'one', act: { sub: 'three' } } }],
      ['one', { sub: 'one', act: { sub: 'two' } }],
      ['one', { sub: 'one' }],
      ['three', { sub: 'three', act: { sub: 'one' } }],
    ]) {
      const forged = sign(header, { ...payload, agent, act });
      expect(await resolve(forged), JSON.stringify(act)).toEqual({ ok: false, problem: 'forged' });
    }
    const { agent: _agent, act: _act, ...alone } = payload;
    expect(await resolve(sign(header, alone))).toEqual({ ok: false, problem: 'forged' });
    const silent = await resolve(sign(header, { ...alone, agent: 'two' }));
    expect(silent.ok && silent.principal.agents.map(({ id }) => id)).toEqual(['one', 'two']);
    await server.sql.query("update sessions set created_at = created_at - interval '2 minutes'");
  });

  it('may do what the user and each agent of the chain may, and nothing else', async () => {
    const maya = await server.token('maya@example.test', 'api');
    const wide = (
      await exchange(await aService(server, 'associate_agent'), maya, { resource: urlOf('filesystem') })
    ).access_token;
    expect(await callOf(wide, 'read_text_file', { path: 'notes.txt' })).toContain('Quarterly close');
    const narrow = (await exchange(await aService(server, 'narrow'), wide)).access_token;
    expect(await callOf(narrow, 'read_text_file', { path: 'notes.txt' })).toContain('(scope_denied)');
    const widened = (await exchange(await aService(server, 'associate_agent'), narrow)).access_token;
    expect(await callOf(widened, 'read_text_file', { path: 'notes.txt' })).toContain('(scope_denied)');
  });

  it('loses everything within a second when the user’s session ends, or that of an agent before it', async () => {
    const session = await server.login('jon@example.test');
    const { AccessTokens } = await import('@gatehouse/identity');
    const jon = await server.app.get(AccessTokens).issue({ session, resource: 'api' });
    const first = (await exchange(await aService(server, 'one'), jon, { resource: urlOf('filesystem') }))
      .access_token;
    const second = (await exchange(await aService(server, 'two'), first)).access_token;
    await server.app.get(Sessions).revoke(claimsOf(first).sid);
    expect(await resolve(second)).toEqual({ ok: false, problem: 'revoked' });
    const third = (await exchange(await aService(server, 'two'), jon, { resource: urlOf('filesystem') }))
      .access_token;
    await server.app.get(Sessions).revoke(session.id);
    expect(await resolve(third)).toEqual({ ok: false, problem: 'revoked' });
    await expect(exchange(await aService(server, 'three'), jon)).rejects.toMatchObject({
      error: 'invalid_request',
    });
  });
});

describe('nobody', () => {
  it('gets by exchange a token for another resource or for more than the one given', async () => {
    const forOne = await server.token('maya@example.test', 'mcp/filesystem');
    const config = await aService(server, 'associate_agent');
    await expect(exchange(config, forOne, { resource: urlOf('everything') })).rejects.toMatchObject({
      error: 'invalid_target',
    });
    await expect(exchange(config, forOne, { resource: `${server.url}/api/v1` })).rejects.toMatchObject({
      error: 'invalid_target',
    });
    await expect(
      exchange(config, forOne, { resource: 'https://elsewhere.example/mcp' }),
    ).rejects.toMatchObject({
      error: 'invalid_target',
    });
    const listing = (await exchange(config, forOne, { scope: 'mcp:filesystem:list' })).access_token;
    await expect(exchange(config, listing, { scope: 'mcp:filesystem' })).rejects.toMatchObject({
      error: 'invalid_scope',
    });
    expect(await callOf(listing, 'read_text_file', { path: 'notes.txt' })).toContain('not granted');
  });

  it('becomes an agent without being one, or for a user whom the agent is not for', async () => {
    const maya = await server.token('maya@example.test', 'api');
    await expect(exchange(await aService(server), maya)).rejects.toMatchObject({ error: 'invalid_request' });
    await expect(exchange(await aService(server, 'developer_agent'), maya)).rejects.toMatchObject({
      error: 'access_denied',
    });
    const config = await aService(server, 'associate_agent');
    for (const subject of [
      'nonsense',
      `${maya.slice(0, -4)}AAAA`,
      await server.token('maya@example.test', 'hooks'),
    ]) {
      await expect(exchange(config, subject)).rejects.toMatchObject({ error: 'invalid_request' });
    }
    await expect(exchange(config, maya, { actor_token: maya })).rejects.toMatchObject({
      error: 'invalid_request',
    });
  });
});

describe('a service', () => {
  it('gets tokens in its own name, one session for all of them, and loses them when it is removed', async () => {
    const config = await aService(server);
    const [one, two] = await Promise.all(
      [1, 2].map(() =>
        client.clientCredentialsGrant(config, { resource: `${server.url}/api/v1`, scope: 'api' }),
      ),
    );
    expect(claimsOf(one!.access_token).sid).toBe(claimsOf(two!.access_token).sid);
    const alive = () => server.app.get(CredentialResolver).resolve(one!.access_token, 'api');
    expect(await alive()).toMatchObject({ ok: true, principal: { role: 'service' } });
    expect(await client.tokenIntrospection(config, one!.access_token)).toMatchObject({ active: true });
    const { ServiceClients } = await import('@gatehouse/oauth');
    const { systemContext } = await import('@gatehouse/audit');
    await server.app.get(ServiceClients).remove(config.clientMetadata().client_id, systemContext());
    expect(await alive()).toEqual({ ok: false, problem: 'revoked' });
    await expect(client.clientCredentialsGrant(config)).rejects.toMatchObject({ status: 401 });
  });
});
