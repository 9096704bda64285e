import { bodyOf, type Sent } from './canary.ts';
import { LOGIN_FIELDS } from './canary-fields-of-logins.ts';

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

/** Every field that a caller fills, by its door; each with a request that has a credential there. */
export const CANARY_FIELDS: [string, (canary: string) => Sent][] = [
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
    (c) => ({ path: FILESYSTEM, body: mcp({}, { name: c }), bearer: 'MCP', headers: ACCEPTS }),
  ],
  [
    'mcp: argument',
    (c) => ({
      path: FILESYSTEM,
      body: mcp({}, { arguments: { path: c } }),
      bearer: 'MCP',
      headers: ACCEPTS,
    }),
  ],
  [
    'mcp: key',
    (c) => ({
      path: FILESYSTEM,
      body: mcp({}, { arguments: { [c]: 1 } }),
      bearer: 'MCP',
      headers: ACCEPTS,
    }),
  ],
  ['mcp: method', (c) => ({ path: FILESYSTEM, body: mcp({ method: c }), bearer: 'MCP', headers: ACCEPTS })],
  [
    'mcp: meta',
    (c) => ({
      path: FILESYSTEM,
      body: mcp({}, { _meta: { [c]: c, progressToken: c } }),
      bearer: 'MCP',
      headers: ACCEPTS,
    }),
  ],
  [
    'mcp: session header',
    (c) => ({
      path: FILESYSTEM,
      body: mcp({}),
      bearer: 'MCP',
      headers: { ...ACCEPTS, 'mcp-session-id': c },
    }),
  ],
  [
    'mcp: protocol header',
    (c) => ({
      path: FILESYSTEM,
      body: mcp({}),
      bearer: 'MCP',
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
      bearer: 'MCP',
      headers: ACCEPTS,
    }),
  ],
  [
    'mcp: user agent',
    (c) => ({ path: FILESYSTEM, body: mcp({}), bearer: 'MCP', headers: { ...ACCEPTS, 'user-agent': c } }),
  ],
  ['mcp: bearer', (c) => ({ path: FILESYSTEM, body: mcp({}), bearer: c, headers: ACCEPTS })],
  ['mcp: server', (c) => ({ path: `/mcp/${c}`, body: mcp({}), headers: ACCEPTS })],
  [
    'mcp: origin',
    (c) => ({
      path: FILESYSTEM,
      body: mcp({}),
      bearer: 'MCP',
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
  ...LOGIN_FIELDS,
];
