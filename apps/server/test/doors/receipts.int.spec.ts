import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { AuditBundles, AuditSigning, readReceipts } from '@gatehouse/audit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RawClient } from '../mcp/an-mcp-client.ts';
import { aServer, type TestServer } from '../support/a-server.ts';
import { preToolUse } from '../support/hook-client.ts';

/** Of a token's form and checksum, and nobody's. */
const GITHUB_TOKEN = `ghp_${'w8Yt3Kq5Zn'.repeat(3)}Pb2Lx7`;
const VERIFIER = fileURLToPath(new URL('../../../../libs/audit/verifier/verify.mjs', import.meta.url));

let server: TestServer;
let folder: string;
/** Everything that clients were answered, as a client's own log would keep it. */
let answers = '';

beforeAll(async () => {
  server = await aServer();
  await server.discovered;
  folder = mkdtempSync(join(tmpdir(), 'receipts-'));
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await server.end();
});

interface Asked {
  readonly token?: string;
  readonly body?: unknown;
  readonly method?: string;
}

/** The receipts of one answer. */
async function ask(path: string, { token, body, method = 'POST' }: Asked): Promise<string[]> {
  const response = await fetch(`http://127.0.0.1:${server.port}${path}`, {
    method,
    headers: {
      'content-type': 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  await response.text();
  return keep(response.headers.get('gatehouse-receipt') ?? '');
}

function keep(text: string): string[] {
  answers += `${text}\n`;
  return readReceipts(text).map(({ row }) => row);
}

async function eventsOf(rows: readonly string[]): Promise<string[]> {
  const found = await server.sql.query<{ line: string }>(
    `select event || ' ' || policy as line from audit_log where id = any($1::uuid[]) order by array_position($1::uuid[], id)`,
    [rows],
  );
  return found.rows.map(({ line }) => line);
}

async function hook(body: unknown, token?: string, route = 'govern'): Promise<string[]> {
  return ask(`/api/v1/hooks/${route}`, { body, ...(token === undefined ? {} : { token }) });
}

async function mcp(
  send: (client: RawClient) => Promise<{ readonly text: string }>,
  token?: string,
): Promise<string[]> {
  const client = new RawClient({ url: `http://127.0.0.1:${server.port}` }, 'everything', token);
  if (token !== undefined) await client.initialize();
  return keep((await send(client)).text);
}

describe('an answer names the rows in which it is recorded:', () => {
  const call = (name: string, args: object) => ({
    jsonrpc: '2.0' as const,
    id: 9,
    method: 'tools/call',
    params: { name, arguments: args as never },
  });

  it('at the hook door decisions, denials, reports, events and what is no hook', async () => {
    const token = await server.token('maya@example.test', 'hooks');
    const before = preToolUse('Read', { file_path: '/srv/a' });
    const after = { ...before, hook_event_name: 'PostToolUse', tool_response: 'text' };
    const denied = preToolUse('Bash', { command: `echo ${GITHUB_TOKEN}` });
    expect(await eventsOf(await hook(before, token))).toEqual(['tool_call.decided default_allow']);
    expect(await eventsOf(await hook(after, token))).toEqual(['tool_call.completed default_allow']);
    expect(await eventsOf(await hook(after, token))).toEqual(['hook.bypassed policy_denied']);
    expect(await eventsOf(await hook(denied, token))).toEqual(['tool_call.decided secret_detected']);
    expect(await eventsOf(await hook(before))).toEqual(['tool_call.decided token_invalid']);
    expect(await eventsOf(await hook('no hook', token))).toEqual(['request.rejected input_invalid']);
    expect(await eventsOf(await hook('[]', token, 'track'))).toEqual(['request.rejected input_invalid']);
    expect(await eventsOf(await hook({ hook_event_name: 'Stop' }, token, 'track'))).toEqual([
      'client.event not_applicable',
    ]);
  });

  it('at the MCP door calls with both their rows, denials, and what is no call', async () => {
    const token = await server.token('maya@example.test', 'mcp/everything');
    const allowed = await mcp((client) => client.call('echo', { message: 'hi' }), token);
    expect(await eventsOf(allowed)).toEqual([
      'tool_call.decided default_allow',
      'tool_call.completed default_allow',
    ]);
    expect(
      await eventsOf(await mcp((client) => client.call('echo', { message: GITHUB_TOKEN }), token)),
    ).toEqual(['tool_call.decided secret_detected']);
    expect(await eventsOf(await mcp((client) => client.call('no_such_tool'), token))).toEqual([
      'tool_call.decided default_allow',
      'tool_call.completed default_allow',
    ]);
    expect(
      await eventsOf(await mcp((client) => client.request('resources/read', { uri: 'no:such' }), token)),
    ).toEqual(['tool_call.decided default_allow', 'tool_call.completed default_allow']);
    expect(await eventsOf(await mcp((client) => client.request('no/such'), token))).toEqual([
      'request.rejected policy_denied',
    ]);
    expect(await eventsOf(await mcp((client) => client.send('{"id":1'), token))).toEqual([
      'request.rejected input_invalid',
    ]);
    expect(await eventsOf(await mcp((client) => client.send(call('echo', {}))))).toEqual([
      'tool_call.decided token_invalid',
    ]);
    expect(await mcp((client) => client.request('tools/list'), token)).toEqual([]);
  });

  it('of the API changes, and requests that are refused', async () => {
    const admin = await server.token('admin@localhost');
    const maya = await server.token('maya@example.test');
    const user = { email: 'receipt@example.test', display_name: 'A person', role: 'user' };
    expect(await eventsOf(await ask('/api/v1/users', { token: admin, body: user }))).toEqual([
      'user.created not_applicable',
    ]);
    expect(await eventsOf(await ask('/api/v1/users', { token: maya, body: user }))).toEqual([
      'request.rejected scope_denied',
    ]);
    expect(await eventsOf(await ask('/api/v1/users', { token: 'none', method: 'GET' }))).toEqual([
      'request.rejected token_invalid',
    ]);
    expect(await ask('/api/v1/users', { token: admin, method: 'GET' })).toEqual([]);
  });
});

describe('the receipts that clients kept', () => {
  const verify = async (...more: string[]) => {
    const args = [VERIFIER, join(folder, 'audit.ndjson'), '--key', join(folder, 'keys'), '--json', ...more];
    const run = promisify(execFile)(process.execPath, args, { maxBuffer: 1 << 24 });
    const { stdout } = await run.catch((failed: { stdout: string }) => failed);
    return JSON.parse(stdout) as { ok: boolean; receipts: number; problems: { kind: string; row: string }[] };
  };
  const bundle = async () => {
    const lines: string[] = [];
    for await (const record of server.app.get(AuditBundles).records({ content: true }))
      lines.push(JSON.stringify(record));
    writeFileSync(join(folder, 'audit.ndjson'), lines.join('\n'));
  };

  it('all hold against a bundle, on a machine with nothing but Node', async () => {
    await server.app.get(AuditSigning).signNow();
    const keys = await server.app.get(AuditBundles).keys();
    writeFileSync(join(folder, 'keys'), keys.map(({ vkey }) => vkey).join('\n'));
    writeFileSync(join(folder, 'answers.log'), answers);
    await bundle();
    const report = await verify('--receipt', join(folder, 'answers.log'));
    expect(report).toMatchObject({ ok: true, problems: [] });
    expect(report.receipts).toBe(readReceipts(answers).length);
    expect(report.receipts).toBe(21);
  });

  it('show it when a row that they are for is in another seal, or its seal is gone', async () => {
    const [first, second] = readReceipts(answers);
    const moved = { ...first!, row: second!.row };
    const gone = { ...first!, chain: 'another' };
    writeFileSync(join(folder, 'forged.log'), JSON.stringify([moved, gone]));
    const { problems } = await verify('--receipt', join(folder, 'forged.log'));
    expect(problems).toMatchObject([
      { kind: 'receipt_broken', row: second!.row },
      { kind: 'receipt_broken', row: first!.row },
    ]);
  });

  it('show it when a history was written anew before anybody signed it', async () => {
    const [first] = readReceipts(answers);
    const other = { ...first!, root: '00'.repeat(32) };
    writeFileSync(join(folder, 'rewritten.log'), JSON.stringify(other));
    const { ok, problems } = await verify('--receipt', join(folder, 'rewritten.log'));
    expect(ok).toBe(false);
    expect(problems).toMatchObject([{ kind: 'receipt_broken', row: first!.row }]);
  });
});
