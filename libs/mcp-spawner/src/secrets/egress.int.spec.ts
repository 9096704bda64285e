import { spawnSync } from 'node:child_process';
import type { JsonObject } from '@gatehouse/kernel';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { aSecretStore, type TestSecrets } from '../../test/a-secret-store.ts';
import { anOwner, aPoolWith, aServer, ROOT, type TestPool, until } from '../../test/a-server.ts';
import { aRemoteServer } from '../../test/fixtures/remote-mcp-server.mjs';
import {
  aScriptedRemote,
  asEvent,
  asJson,
  type Script,
  type ScriptedRemote,
} from '../../test/fixtures/scripted-remote.ts';
import type { PooledChild } from '../pool/pooled-child.ts';
import { MODERN_VERSION } from '../upstream/protocol.ts';

const VALUE = 'remote-credential-of-38-bytes-4815162342';
let secrets: TestSecrets;
let remote: Awaited<ReturnType<typeof aRemoteServer>>;
let running: TestPool | undefined;
let scripted: ScriptedRemote | undefined;
beforeAll(async () => {
  // An egress warden is only ever run as it is built.
  const built = spawnSync(process.execPath, [`${ROOT}/tools/run/build.mjs`, 'secrets'], { encoding: 'utf8' });
  if (built.status !== 0) throw new Error(built.stderr);
  secrets = await aSecretStore();
  await secrets.set('REMOTE_KEY', VALUE);
  remote = await aRemoteServer(`Bearer ${VALUE}`);
});
afterAll(async () => {
  remote.close();
  await secrets.end();
});
afterEach(async () => {
  await running?.pool.stop();
  running = undefined;
  scripted?.close();
  scripted = undefined;
  remote.redirect = false;
});

/** The name of a secret in a header, as the YAML has it. */
const filled = (name: string): string => `Bearer \${secret:${name}}`;

function start(name = 'REMOTE_KEY', url = remote.url): TestPool {
  const server = aServer({ name: 'far', command: null, url, headers: { Authorization: filled(name) } });
  running = aPoolWith(secrets.forServers, server);
  return running;
}

const call = (child: PooledChild) =>
  child.request({ method: 'tools/call', params: { name: 'headers', arguments: {} } });

describe('a remote server', () => {
  it('is called with a credential that only the egress warden holds, which comes back redacted', async () => {
    const { pool } = start();
    const child = await pool.acquire('far', anOwner());
    const outcome = JSON.stringify(await call(child));
    expect(outcome).toContain('Bearer [REDACTED:REMOTE_KEY]');
    expect(outcome).not.toContain('4815162342');
    expect(remote.seen.every(({ authorization }) => authorization === `Bearer ${VALUE}`)).toBe(true);
    expect((await secrets.rows('secret.opened')).at(-1)).toContain('REMOTE_KEY');
  });

  it('gets its credential nowhere but at the configured address: a redirect is not followed', async () => {
    const { pool } = start();
    const child = await pool.acquire('far', anOwner());
    remote.redirect = true;
    expect(await call(child)).toMatchObject({
      kind: 'error',
      error: { message: expect.stringMatching(/redirect/i) },
    });
    expect(remote.seen.some(({ path }) => path === '/away')).toBe(false);
  });

  it('that forgot the session is opened anew, and the call that found out is not made twice', async () => {
    const { pool } = start();
    const child = await pool.acquire('far', anOwner());
    remote.forget();
    expect((await call(child)).kind).toMatch(/^(?:error|died)$/);
    await until(() => child.isGone);
    expect((await call(await pool.acquire('far', anOwner()))).kind).toBe('result');
  });

  it.each([
    ['whose secret is not set', 'NEVER_SET', undefined, 'gatehouse cloud secrets set NEVER_SET'],
    ['that is not there', 'REMOTE_KEY', 'http://127.0.0.1:9/mcp', 'could not be started'],
    ['at an address of a metadata service', 'REMOTE_KEY', 'http://169.254.169.254/mcp', 'metadata service'],
  ])('%s cannot be had, and the answer says why', async (_what, name, url, told) => {
    const { pool } = start(name, url);
    await expect(pool.acquire('far', anOwner())).rejects.toThrow(told);
  });
});

describe('the streams of a remote server with a handshake', () => {
  const ANSWER = { content: [{ type: 'text', text: 'the answer' }] };

  /** Speaks the handshake; `script` says what a call and a GET are answered with. */
  async function aRemote(script: Script): Promise<ScriptedRemote> {
    scripted = await aScriptedRemote((request, response) => {
      const { id, method } = request.message;
      if (method === 'initialize') {
        const result = {
          protocolVersion: '2025-11-25',
          capabilities: {},
          serverInfo: { name: 'far', version: '1' },
        };
        asJson(response, { id: id!, result }, { 'mcp-session-id': 'of-the-remote' });
      } else if (
        request.httpMethod === 'DELETE' ||
        (typeof method === 'string' && method.startsWith('notifications/'))
      ) {
        response.writeHead(202).end();
      } else script(request, response);
    });
    return scripted;
  }

  it('are taken up again where they broke off, and the call is not made twice', async () => {
    const { url, seen } = await aRemote(({ httpMethod, headers }, response) => {
      if (httpMethod === 'POST') {
        const params = { level: 'info', data: 'working' };
        asEvent(response, { method: 'notifications/message', params }, 'event-7');
        response.write('id: event-8\ndata: {"jsonrpc":"2.0","id"', () => response.destroy());
      } else if (headers['last-event-id'] === 'event-7') {
        const call = seen.find(({ message }) => message.method === 'tools/call')!;
        asEvent(response, { id: call.message.id!, result: ANSWER }, 'event-8');
        response.end();
      } else response.writeHead(405).end();
    });
    const { pool } = start('REMOTE_KEY', url);
    const heard: unknown[] = [];
    const child = await pool.acquire('far', anOwner());
    const outcome = await child.request({
      method: 'tools/call',
      params: { name: 'any', arguments: {} },
      onNotification: ({ params }) => heard.push(params),
    });
    expect(outcome).toEqual({ kind: 'result', result: ANSWER });
    expect(heard).toEqual([{ level: 'info', data: 'working' }]);
    expect(seen.filter(({ message }) => message.method === 'tools/call')).toHaveLength(1);
    const resumed = seen.find(({ headers }) => headers['last-event-id'] === 'event-7')!;
    expect(resumed.headers).toMatchObject({
      'mcp-session-id': 'of-the-remote',
      'mcp-protocol-version': '2025-11-25',
      authorization: `Bearer ${VALUE}`,
    });
  });

  it('that cannot be taken up end the call: nobody makes it again', async () => {
    const { url, seen } = await aRemote(({ httpMethod }, response) => {
      if (httpMethod !== 'POST') return void response.writeHead(405).end();
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(': alive\n\n', () => response.destroy());
    });
    const { pool } = start('REMOTE_KEY', url);
    const outcome = await call(await pool.acquire('far', anOwner()));
    expect(outcome).toMatchObject({ kind: 'error' });
    expect(seen.filter(({ message }) => message.method === 'tools/call')).toHaveLength(1);
  });

  it('do not matter for a refusal that names no request: it ends the call that it came back to', async () => {
    const { url } = await aRemote(({ httpMethod }, response) => {
      if (httpMethod !== 'POST') return void response.writeHead(405).end();
      response.writeHead(400, { 'content-type': 'application/json' });
      response.end('{"jsonrpc":"2.0","error":{"code":-32000,"message":"not now"},"id":null}');
    });
    const { pool } = start('REMOTE_KEY', url);
    const outcome = await call(await pool.acquire('far', anOwner()));
    expect(outcome).toEqual({ kind: 'error', error: { code: -32000, message: 'not now' } });
  });

  it('tell unasked that a list changed, also after the one of the session had to be opened anew', async () => {
    let gets = 0;
    const { url, seen } = await aRemote(({ httpMethod, message: { id } }, response) => {
      if (httpMethod === 'POST') return asJson(response, { id: id!, result: ANSWER });
      gets += 1;
      const kind = gets === 1 ? 'tools' : 'prompts';
      asEvent(response, { method: `notifications/${kind}/list_changed` }, `unasked-${gets}`);
      if (gets === 1) response.end();
    });
    const { pool } = start('REMOTE_KEY', url);
    const told: string[] = [];
    pool.onNotice((_child, method) => told.push(method));
    await pool.acquire('far', anOwner());
    await until(() => told.length === 2, 20_000);
    expect(told).toEqual(['notifications/tools/list_changed', 'notifications/prompts/list_changed']);
    const again = seen.filter(({ httpMethod }) => httpMethod === 'GET')[1]!;
    expect(again.headers['last-event-id']).toBe('unasked-1');
  });
});

describe('a remote server of the revision without sessions', () => {
  const META = 'io.modelcontextprotocol/';

  it('gets each request with the headers that it wants, no session, and its credential', async () => {
    scripted = await aScriptedRemote(({ message: { id, method, params } }, response) => {
      if (method === 'subscriptions/listen') {
        const _meta = { [`${META}subscriptionId`]: id! };
        asEvent(response, {
          method: 'notifications/subscriptions/acknowledged',
          params: { notifications: (params as JsonObject).notifications!, _meta },
        });
        asEvent(response, { method: 'notifications/tools/list_changed', params: { _meta } });
      } else asJson(response, { id: id!, result: { resultType: 'complete', content: [] } });
    });
    const { pool } = start('REMOTE_KEY', scripted.url);
    const told: string[] = [];
    pool.onNotice((_child, method) => told.push(method));
    const child = await pool.acquire('far', anOwner({ era: 'modern', protocolVersion: MODERN_VERSION }));
    const _meta = { [`${META}protocolVersion`]: MODERN_VERSION };
    const outcome = await child.request({
      method: 'tools/call',
      params: { name: 'grüßen', arguments: {}, _meta },
    });
    expect(outcome).toMatchObject({ kind: 'result', result: { resultType: 'complete' } });
    const { headers } = scripted.seen.find(({ message }) => message.method === 'tools/call')!;
    expect(headers).toMatchObject({
      'mcp-protocol-version': MODERN_VERSION,
      'mcp-method': 'tools/call',
      'mcp-name': `=?base64?${Buffer.from('grüßen').toString('base64')}?=`,
      accept: 'application/json, text/event-stream',
      authorization: `Bearer ${VALUE}`,
    });
    expect(headers).not.toHaveProperty('mcp-session-id');
    expect(scripted.seen.some(({ httpMethod }) => httpMethod === 'GET')).toBe(false);
    await until(() => told.includes('notifications/tools/list_changed'), 20_000);
  });
});
