import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aServer, type TestServer } from '../support/a-server.ts';
import { postHook, preToolUse } from '../support/hook-client.ts';
import { rowsOfTask } from '../support/rows-of-task.ts';

let server: TestServer;
let maya: string;

beforeAll(async () => {
  server = await aServer();
  maya = await server.token('maya@example.test', 'hooks');
});

afterAll(() => server.end());

const rowsOf = (task: string) => rowsOfTask(server, task);

describe('bad input', () => {
  it.each<[string, string | Uint8Array]>([
    ['malformed JSON', '{"hook_event_name":"PreToolUse",'],
    ['nothing', ''],
    ['no object', '[1,2]'],
    ['no event name', '{"tool_name":"Bash"}'],
    [
      'a duplicate key',
      '{"hook_event_name":"PreToolUse","tool_name":"Read","tool_name":"Bash","tool_input":{}}',
    ],
    [
      '10,000 levels',
      `{"hook_event_name":"PreToolUse","tool_name":"Bash","tool_input":${'['.repeat(10_000)}${']'.repeat(10_000)}}`,
    ],
    [
      'a lone surrogate',
      '{"hook_event_name":"PreToolUse","tool_name":"Bash","tool_input":{"command":"\\ud800"}}',
    ],
    [
      'a prototype key',
      '{"hook_event_name":"PreToolUse","tool_name":"Bash","tool_input":{"__proto__":{"admin":true}}}',
    ],
    ['bytes that are no text', Uint8Array.from([0x7b, 0xff, 0xfe, 0x7d])],
    ['a body of 2 MiB', JSON.stringify(preToolUse('Write', { content: 'x'.repeat(2 * 1024 * 1024) }))],
    ['a body of 20 MiB', JSON.stringify(preToolUse('Write', { content: 'x'.repeat(20 * 1024 * 1024) }))],
    ['no tool', JSON.stringify({ hook_event_name: 'PreToolUse', tool_input: {} })],
  ])('%s is denied with 200 and a row', async (_name, body) => {
    const traceId = Array.from({ length: 32 }, () => '0123456789abcdef'[Math.floor(Math.random() * 16)]).join(
      '',
    );
    const answer = await postHook(server, maya, body, {
      headers: { traceparent: `00-${traceId}-00f067aa0ba902b7-01` },
    });
    expect(answer.status).toBe(200);
    expect(answer.body.hookSpecificOutput?.permissionDecision).toBe('deny');
    expect(answer.body.hookSpecificOutput?.permissionDecisionReason).toMatch(/\(input_invalid\)$/);
    const { rows } = await server.sql.query(
      'select event, decision, policy from audit_log where trace_id = $1',
      [traceId],
    );
    expect(rows).toEqual([{ event: 'request.rejected', decision: 'deny', policy: 'input_invalid' }]);
  });

  it.each([
    ['a command of one megabyte in one line', { command: 'x'.repeat(1_000_000) }],
    ['NUL bytes', { command: 'a\u0000b' }],
    ['100 levels', { command: JSON.parse('['.repeat(90) + ']'.repeat(90)) }],
    ['a key named constructor', { constructor: { prototype: { admin: true } } }],
  ])('%s is judged and recorded', async (_name, input) => {
    const task = `toolu_${Math.random().toString(36).slice(2)}`;
    const answer = await postHook(server, maya, preToolUse('Custom', input, { tool_use_id: task }));
    expect(answer.status).toBe(200);
    expect(answer.body.hookSpecificOutput?.permissionDecision).toMatch(/allow|deny/);
    expect(await rowsOf(task)).toHaveLength(1);
  });

  it('ids of 100 KB are replaced, and the call is judged', async () => {
    const huge = 'i'.repeat(100_000);
    const answer = await postHook(
      server,
      maya,
      preToolUse('Read', {}, { tool_use_id: huge, session_id: huge }),
    );
    expect(answer.body.hookSpecificOutput?.permissionDecision).toBe('allow');
  });

  it('a tool name of 100 KB is denied or judged, never an error', async () => {
    const answer = await postHook(server, maya, preToolUse('T'.repeat(100_000), {}));
    expect(answer.status).toBe(200);
    expect(answer.body.hookSpecificOutput?.permissionDecision).toMatch(/allow|deny/);
  });
});
