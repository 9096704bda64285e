import { createHmac } from 'node:crypto';
import type { Configuration } from '@gatehouse/config';
import { AccessTokens, Logins } from '@gatehouse/identity';
import { canonicalJson, type JsonValue } from '@gatehouse/kernel';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HOSTILE_MCP_SERVER } from '../fixtures/mcp-servers.ts';
import { aServer, type TestServer } from '../support/a-server.ts';
import { postHook, preToolUse } from '../support/hook-client.ts';
import { plainRequest } from '../support/plain-request.ts';

const withHostileServer = (configuration: Configuration): Configuration => {
  const mcpServers = new Map(configuration.services.mcpServers);
  const model = mcpServers.get('everything')!;
  mcpServers.set('hostile', { ...model, name: 'hostile', command: HOSTILE_MCP_SERVER, args: [] });
  return { ...configuration, services: { ...configuration.services, mcpServers } };
};

let server: TestServer;
let hooks: string;
let mcp: string;

beforeAll(async () => {
  server = await aServer({ configure: withHostileServer });
  hooks = await server.token('maya@example.test', 'hooks');
  mcp = await server.token('maya@example.test', 'mcp/hostile');
  await server.discovered;
});
afterAll(() => server.end());

interface Row {
  readonly event: string;
  readonly reason: string;
  readonly evaluation: {
    readonly commitment: string;
    readonly rules: { rule: string; result: string }[];
    readonly content?: { readonly salt: string; readonly input?: JsonValue };
  };
}

async function rowsOf(task: string): Promise<Row[]> {
  const { rows } = await server.sql.query<Row>(
    'select event, reason, evaluation from audit_log where task_id = $1 order by id',
    [task],
  );
  return rows;
}

/** Texts that two readers could understand differently, as the arguments of a call. */
const AMBIGUOUS: readonly [string, string | Buffer][] = [
  ['a repeated key', '{"file_path":"/srv/a","file_path":"/etc/shadow"}'],
  ['a repeated key, escaped', '{"file_path":"/srv/a","file_\\u0070ath":"/etc/shadow"}'],
  ['a repeated key below', '{"a":{"b":1,"b":2}}'],
  ['invalid UTF-8', Buffer.from([0x7b, 0x22, 0x61, 0x22, 0x3a, 0x22, 0xc3, 0x28, 0x22, 0x7d])],
  ['an overlong byte', Buffer.from([0x7b, 0x22, 0x61, 0x22, 0x3a, 0x22, 0xc0, 0xaf, 0x22, 0x7d])],
  ['half of a pair', '{"a":"\\ud800"}'],
  ['half of a pair in a key', '{"\\udfff":1}'],
  ['a number that no double holds', '{"a":12345678901234567890}'],
  ['a number beyond all', '{"a":1e999}'],
  ['a prototype', '{"__proto__":{"a":1}}'],
  ['101 levels', `${'{"a":'.repeat(99)}[[1]]${'}'.repeat(99)}`],
  ['a comment', '{"a":1/**/}'],
  ['a comma too many', '{"a":1,}'],
  ['what is no number', '{"a":NaN}'],
];

function hookBody(input: string | Buffer): Buffer {
  const [before, after] = JSON.stringify(preToolUse('Read', 'INPUT')).split('"INPUT"');
  return Buffer.concat([Buffer.from(before!), Buffer.from(input), Buffer.from(after!)]);
}

describe('a call that two readers could understand differently', () => {
  it.each(AMBIGUOUS)('is refused at the hook: %s', async (_what, input) => {
    const { body } = await postHook(server, hooks, hookBody(input));
    expect(body.hookSpecificOutput).toMatchObject({ permissionDecision: 'deny' });
    expect(body.hookSpecificOutput?.permissionDecisionReason).toMatch(/\(input_invalid\)$/);
  });

  it.each(AMBIGUOUS)('is refused at the MCP door, and no process starts for it: %s', async (_what, input) => {
    const call = {
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: { name: 'echo', arguments: 'INPUT' },
    };
    const [before, after] = JSON.stringify(call).split('"INPUT"');
    const { status, text } = await plainRequest(server.port, {
      method: 'POST',
      path: '/mcp/hostile',
      headers: {
        authorization: `Bearer ${mcp}`,
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
      },
      body: Buffer.concat([Buffer.from(before!), Buffer.from(input), Buffer.from(after!)]),
    });
    expect([status, JSON.parse(text).error.code]).toEqual([400, -32700]);
  });
});

describe('what the tool gets', () => {
  it('is what the row is committed to, to the last character', async () => {
    const { text: initialized, headers } = await rpc({
      method: 'initialize',
      params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 't', version: '1' } },
    });
    expect(initialized).toContain('protocolVersion');
    const args = { z: 1, a: [1.5, -0, 'ä\u2028\u0000'], n: { '': null, ' ': true }, e: 5e-324 };
    const trace = 'aa'.repeat(16);
    const { text } = await rpc(
      { method: 'tools/call', params: { name: 'echo', arguments: args } },
      {
        'mcp-session-id': String(headers['mcp-session-id']),
        traceparent: `00-${trace}-00f067aa0ba902b7-01`,
      },
    );
    const answer = JSON.parse(text.startsWith('{') ? text : /^data: (.*)$/m.exec(text)![1]!);
    expect(answer.result.content[0].text).not.toContain('[GOVERNANCE');
    const echoed = JSON.parse(answer.result.content[0].text) as JsonValue;
    const { rows } = await server.sql.query<Row>(
      'select event, reason, evaluation from audit_log where trace_id = $1 order by id',
      [trace],
    );
    expect(rows.map(({ event }) => event)).toEqual(['tool_call.decided', 'tool_call.completed']);
    const [decided, completed] = rows;
    expect(completed!.evaluation.commitment).toBe(decided!.evaluation.commitment);
    expect(canonicalJson(echoed)).toBe(canonicalJson(args));
    const plain = { ...args, a: [1.5, 0, 'ä\u2028\ufffd'] };
    expect(canonicalJson(decided!.evaluation.content!.input!)).toBe(canonicalJson(plain));
  });

  it('is committed to by the salt in the row, so that the content can go and the proof stays', async () => {
    await postHook(server, hooks, preToolUse('Read', { file_path: 'b.txt' }, { tool_use_id: 'committed' }));
    const [{ evaluation }] = (await rowsOf('committed')) as [Row];
    const { salt, ...content } = evaluation.content!;
    expect(Buffer.from(salt, 'base64').length).toBeGreaterThanOrEqual(16);
    const hmac = (encoding: BufferEncoding, value: JsonValue) =>
      createHmac('sha256', Buffer.from(salt, encoding)).update(canonicalJson(value)).digest('hex');
    const spellings = (['base64', 'base64url', 'hex', 'utf8'] as const).map((encoding) =>
      hmac(encoding, content as JsonValue),
    );
    const found =
      Buffer.from(evaluation.commitment, 'hex').length === 32
        ? evaluation.commitment
        : Buffer.from(evaluation.commitment, 'base64').toString('hex');
    expect(spellings).toContain(found);
  });
});

async function rpc(message: object, headers: Record<string, string> = {}) {
  return plainRequest(server.port, {
    method: 'POST',
    path: '/mcp/hostile',
    headers: {
      authorization: `Bearer ${mcp}`,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      ...headers,
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, ...message }),
  });
}

describe("a client's report of a call", () => {
  const report = (task: string, input: object, token = hooks) =>
    postHook(server, token, {
      ...preToolUse('Bash', input, { tool_use_id: task }),
      hook_event_name: 'PostToolUse',
      tool_response: { out: 'done' },
    });
  const decide = (task: string) =>
    postHook(server, hooks, preToolUse('Bash', { command: 'ls' }, { tool_use_id: task }));
  const eventsOf = async (task: string) => (await rowsOf(task)).map(({ event }) => event);

  it('closes one decision, once', async () => {
    await decide('once');
    await report('once', { command: 'ls' });
    await report('once', { command: 'ls' });
    expect(await eventsOf('once')).toEqual(['tool_call.decided', 'tool_call.completed', 'hook.bypassed']);
  });

  it('of another input is recorded, judged by what ran, and raised; the decision stays open', async () => {
    await decide('changed');
    await report('changed', { command: 'rm -rf / --no-preserve-root' });
    const rows = await rowsOf('changed');
    expect(rows.map(({ event }) => event)).toEqual(['tool_call.decided', 'hook.bypassed']);
    expect(rows[1]!.reason).toContain('another input than the one that was decided');
    expect(rows[1]!.reason).toContain('It would have been denied (blocklisted)');
    expect(rows[1]!.evaluation.rules.map(({ rule, result }) => `${rule} ${result}`)).toEqual([
      'token pass',
      'scope pass',
      'secrets pass',
      'blocklist fail',
      'rate_limit skip',
    ]);
    expect(rows[1]!.evaluation.content?.input).toEqual({ command: 'rm -rf / --no-preserve-root' });
  });

  it('from another session of the same user closes nothing', async () => {
    await decide('session');
    const { session } = await server.app.get(Logins).login({ email: 'maya@example.test', clientId: 'test' });
    const second = await server.app.get(AccessTokens).issue({ session, resource: 'hooks' });
    await report('session', { command: 'ls' }, second);
    expect(await eventsOf('session')).toEqual(['tool_call.decided', 'hook.bypassed']);
  });
});

describe('an allowed call of which nobody says the end', () => {
  it('is listed after fifteen minutes, and not before', async () => {
    const token = await server.token('maya@example.test');
    const open = async (): Promise<string[]> => {
      const answer = await fetch(`http://127.0.0.1:${server.port}/api/v1/audit?open=true&limit=200`, {
        headers: { authorization: `Bearer ${token}` },
      });
      expect(answer.status).toBe(200);
      return ((await answer.json()) as { rows: { task_id: string }[] }).rows.map(({ task_id }) => task_id);
    };
    expect(await open()).toEqual([]);
    // As if they were all a quarter of an hour older.
    await server.sql.query(`create or replace function audit_id_at(moment timestamptz) returns uuid language sql immutable strict as
      $$ select 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid $$`);
    const tasks = await open();
    expect(tasks).toContain('changed');
    expect(tasks).toContain('session');
    expect(tasks).not.toContain('once');
  });
});
