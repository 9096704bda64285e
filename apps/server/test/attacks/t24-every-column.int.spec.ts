import { createHash } from 'node:crypto';
import type { Configuration } from '@gatehouse/config';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { aServer, type TestServer } from '../support/a-server.ts';
import { plainRequest } from '../support/plain-request.ts';

const debugging = (configuration: Configuration): Configuration => ({
  ...configuration,
  profile: { ...configuration.profile, logLevel: 'debug' },
});

let server: TestServer;
let token: string;
let mcpToken: string;
let said = '';

beforeAll(async () => {
  for (const stream of [process.stdout, process.stderr]) {
    vi.spyOn(stream, 'write').mockImplementation((chunk) => {
      said += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString();
      return true;
    });
  }
  server = await aServer({ configure: debugging });
  token = await server.token('admin@localhost');
  mcpToken = await server.token('admin@localhost', 'mcp/filesystem');
  await server.discovered;
});
afterAll(async () => {
  await server.end();
  vi.restoreAllMocks();
});

/** A credential of its own for each field. */
function canaryOf(field: string): string {
  const digits = createHash('sha256')
    .update(field)
    .digest('base64')
    .replaceAll(/[^A-Za-z0-9]/g, 'q');
  return `ghp_${digits.slice(0, 36)}`;
}
/** Enough of it to use, whatever was cut or put around it. */
const bodyOf = (canary: string) => canary.slice(8, 26);

interface Sent {
  readonly method?: string;
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
  readonly bearer?: string;
}

async function send({ method = 'POST', path, body, headers = {}, bearer = token }: Sent): Promise<string> {
  const text = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body);
  const answer = await plainRequest(server.port, {
    method,
    path,
    headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json', ...headers },
    ...(text === undefined ? {} : { body: text }),
  });
  return JSON.stringify(answer.headers) + answer.text;
}

const GOVERN = '/api/v1/hooks/govern';
const TRACK = '/api/v1/hooks/track';
const call = (more: object) => ({
  hook_event_name: 'PreToolUse',
  session_id: 'c1',
  tool_use_id: 't1',
  cwd: '/work',
  tool_name: 'Read',
  tool_input: { file_path: 'a.txt' },
  ...more,
});
const mcp = (more: object, params: object = {}) => ({
  jsonrpc: '2.0',
  id: 1,
  method: 'tools/call',
  params: { name: 'list_directory', arguments: { path: '.' }, ...params },
  ...more,
});
const FILESYSTEM = '/mcp/filesystem';
const ACCEPTS = { accept: 'application/json, text/event-stream' };

const fields: [string, (canary: string) => Sent][] = [
  ['hook: tool name', (c) => ({ path: GOVERN, body: call({ tool_name: c }) })],
  ['hook: tool name of a server', (c) => ({ path: GOVERN, body: call({ tool_name: `mcp__${c}__read` }) })],
  ['hook: argument', (c) => ({ path: GOVERN, body: call({ tool_input: { file_path: c } }) })],
  ['hook: argument, deep', (c) => ({ path: GOVERN, body: call({ tool_input: { a: [{ b: `x ${c}` }] } }) })],
  ['hook: key', (c) => ({ path: GOVERN, body: call({ tool_input: { [c]: 1 } }) })],
  ['hook: key above', (c) => ({ path: GOVERN, body: call({ tool_input: { [c]: { [`${c}2`]: c } } }) })],
  ['hook: working folder', (c) => ({ path: GOVERN, body: call({ cwd: `/home/${c}` }) })],
  ['hook: session', (c) => ({ path: GOVERN, body: call({ session_id: c }) })],
  ['hook: tool use', (c) => ({ path: GOVERN, body: call({ tool_use_id: c }) })],
  ['hook: transcript', (c) => ({ path: GOVERN, body: call({ transcript_path: `/tmp/${c}` }) })],
  ['hook: mode', (c) => ({ path: GOVERN, body: call({ permission_mode: c }) })],
  ['hook: unknown member', (c) => ({ path: GOVERN, body: call({ more: { [c]: c } }) })],
  ['hook: event name', (c) => ({ path: GOVERN, body: call({ hook_event_name: c }) })],
  ['hook: query', (c) => ({ path: `${GOVERN}?on_allow=${c}&${c}=1`, body: call({}) })],
  ['hook: traceparent', (c) => ({ path: GOVERN, body: call({}), headers: { traceparent: c } })],
  ['hook: user agent', (c) => ({ path: GOVERN, body: call({}), headers: { 'user-agent': c } })],
  ['hook: header', (c) => ({ path: GOVERN, body: call({}), headers: { 'x-anything': c, cookie: `a=${c}` } })],
  ['hook: bearer', (c) => ({ path: GOVERN, body: call({}), bearer: c })],
  [
    'hook: forwarded',
    (c) => ({ path: GOVERN, body: call({}), headers: { 'x-forwarded-for': c, forwarded: `for=${c}` } }),
  ],
  ['hook: broken body', (c) => ({ path: GOVERN, body: `{"tool_name": "${c}` })],
  ['hook: repeated key', (c) => ({ path: GOVERN, body: `{"${c}": 1, "${c}": 2}` })],
  ['hook: content type', (c) => ({ path: GOVERN, body: call({}), headers: { 'content-type': `text/${c}` } })],
  [
    'hook: output',
    (c) => ({ path: GOVERN, body: call({ hook_event_name: 'PostToolUse', tool_response: { out: c } }) }),
  ],
  [
    'hook: failure',
    (c) => ({ path: GOVERN, body: call({ hook_event_name: 'PostToolUseFailure', error: c }) }),
  ],
  ['track: event name', (c) => ({ path: TRACK, body: { hook_event_name: c, session_id: 'c1' } })],
  ['track: session', (c) => ({ path: TRACK, body: { hook_event_name: 'SessionStart', session_id: c } })],
  [
    'track: prompt',
    (c) => ({ path: TRACK, body: { hook_event_name: 'UserPromptSubmit', session_id: 'c', prompt: c } }),
  ],
  [
    'track: key',
    (c) => ({ path: TRACK, body: { hook_event_name: 'Notification', session_id: 'c', [c]: 1 } }),
  ],
  [
    'mcp: tool name',
    (c) => ({ path: FILESYSTEM, body: mcp({}, { name: c }), bearer: mcpToken, headers: ACCEPTS }),
  ],
  [
    'mcp: argument',
    (c) => ({
      path: FILESYSTEM,
      body: mcp({}, { arguments: { path: c } }),
      bearer: mcpToken,
      headers: ACCEPTS,
    }),
  ],
  [
    'mcp: key',
    (c) => ({
      path: FILESYSTEM,
      body: mcp({}, { arguments: { [c]: 1 } }),
      bearer: mcpToken,
      headers: ACCEPTS,
    }),
  ],
  [
    'mcp: method',
    (c) => ({ path: FILESYSTEM, body: mcp({ method: c }), bearer: mcpToken, headers: ACCEPTS }),
  ],
  [
    'mcp: meta',
    (c) => ({
      path: FILESYSTEM,
      body: mcp({}, { _meta: { [c]: c, progressToken: c } }),
      bearer: mcpToken,
      headers: ACCEPTS,
    }),
  ],
  [
    'mcp: session header',
    (c) => ({
      path: FILESYSTEM,
      body: mcp({}),
      bearer: mcpToken,
      headers: { ...ACCEPTS, 'mcp-session-id': c },
    }),
  ],
  [
    'mcp: protocol header',
    (c) => ({
      path: FILESYSTEM,
      body: mcp({}),
      bearer: mcpToken,
      headers: { ...ACCEPTS, 'mcp-protocol-version': c },
    }),
  ],
  [
    'mcp: client name',
    (c) => ({
      path: FILESYSTEM,
      body: mcp(
        { method: 'initialize' },
        { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: c, version: c } },
      ),
      bearer: mcpToken,
      headers: ACCEPTS,
    }),
  ],
  [
    'mcp: user agent',
    (c) => ({ path: FILESYSTEM, body: mcp({}), bearer: mcpToken, headers: { ...ACCEPTS, 'user-agent': c } }),
  ],
  ['mcp: bearer', (c) => ({ path: FILESYSTEM, body: mcp({}), bearer: c, headers: ACCEPTS })],
  ['mcp: server', (c) => ({ path: `/mcp/${c}`, body: mcp({}), headers: ACCEPTS })],
  [
    'mcp: origin',
    (c) => ({
      path: FILESYSTEM,
      body: mcp({}),
      bearer: mcpToken,
      headers: { ...ACCEPTS, origin: `https://${c}.test` },
    }),
  ],
  ['mcp: metadata', (c) => ({ method: 'GET', path: `/.well-known/oauth-protected-resource/mcp/${c}` })],
  ['rest: path', (c) => ({ method: 'GET', path: `/api/v1/users/${c}` })],
  ['rest: unknown path', (c) => ({ method: 'GET', path: `/api/v1/${c}` })],
  ['rest: query', (c) => ({ method: 'GET', path: `/api/v1/audit?trace_id=${c}&${c}=1&cursor=${c}` })],
  ['rest: list query', (c) => ({ method: 'GET', path: `/api/v1/users?search=${c}&limit=${c}` })],
  ['rest: body value', (c) => ({ path: '/api/v1/users', body: { email: c, role: c } })],
  ['rest: body key', (c) => ({ path: '/api/v1/users', body: { [c]: c } })],
  [
    'rest: stored value',
    (c) => ({
      path: '/api/v1/users',
      body: { email: `${bodyOf(c)}@example.test`.toLowerCase(), role: c, display_name: c },
    }),
  ],
  ['rest: broken body', (c) => ({ path: '/api/v1/users', body: `{"${c}` })],
  ['rest: bearer', (c) => ({ method: 'GET', path: '/api/v1/users', bearer: c })],
  [
    'rest: basic',
    (c) => ({
      method: 'GET',
      path: '/api/v1/users',
      headers: { authorization: `Basic ${Buffer.from(`a:${c}`).toString('base64')}` },
    }),
  ],
  ['rest: method', (c) => ({ method: 'PUT', path: `/api/v1/${c}`, body: { a: c } })],
];

/** What a canary may look like where a byte of it got through: as it is, or in base64. */
function leaks(text: string, field: string): boolean {
  const canary = canaryOf(field);
  return (
    text.includes(bodyOf(canary)) || text.includes(Buffer.from(`a:${canary}`).toString('base64').slice(8, 40))
  );
}

/** Names that the text is not to show, and does. */
function leaking(text: string): string[] {
  return fields.map(([field]) => field).filter((field) => leaks(text, field));
}

/** The protocol has an answer name the address that was asked for: it tells the caller nothing that is not theirs. */
const ECHOED = new Set(['mcp: server', 'mcp: metadata']);

describe('a credential in any field of any door', () => {
  it('is in no answer', async () => {
    const answered: string[] = [];
    for (const [field, sent] of fields) {
      if (leaks(await send(sent(canaryOf(field))), field) && !ECHOED.has(field)) answered.push(field);
    }
    expect(answered).toEqual([]);
  });

  it.each(['audit_log', 'audit_seals', 'users', 'sessions'])('is in no column of %s', async (table) => {
    const { rows } = await server.sql.query<{ row: string }>(`select t::text as row from ${table} t`);
    if (table === 'audit_log') expect(rows.length).toBeGreaterThan(20);
    expect(leaking(rows.map(({ row }) => row).join('\n'))).toEqual([]);
  });

  it('is in no line that was logged, at the level that tells most', () => {
    expect(said.length).toBeGreaterThan(0);
    expect(leaking(said)).toEqual([]);
  });

  it('is in no metric', async () => {
    const { text } = await plainRequest(server.port, { path: '/metrics' });
    expect(text).toContain('gatehouse_decisions_total');
    expect(leaking(text)).toEqual([]);
  });
});
