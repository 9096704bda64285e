import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aServer, type TestServer } from '../support/a-server.ts';
import { postHook, preToolUse } from '../support/hook-client.ts';
import { rowsOfTask } from '../support/rows-of-task.ts';

let server: TestServer;
let maya: string;
let agent: string;

const GITHUB_TOKEN = `ghp_${'q7Zr2Lx9Vb'.repeat(3)}Tm4Kd1`;

beforeAll(async () => {
  server = await aServer();
  maya = await server.token('maya@example.test', 'hooks');
  agent = await server.token('maya@example.test', 'hooks', 'associate_agent');
});

afterAll(() => server.end());

const rowsOf = (task: string) => rowsOfTask(server, task);

describe('PreToolUse', () => {
  it('is allowed with a committed row that says who, what and by which rules', async () => {
    const answer = await postHook(
      server,
      maya,
      preToolUse('Read', { file_path: 'src/main.ts' }, { tool_use_id: 'toolu_allow' }),
    );
    expect(answer).toEqual({
      status: 200,
      body: { hookSpecificOutput: { hookEventName: 'PreToolUse', permissionDecision: 'allow' } },
    });
    const [row] = await rowsOf('toolu_allow');
    expect(row).toMatchObject({
      event: 'tool_call.decided',
      action: 'Read',
      decision: 'allow',
      policy: 'default_allow',
      role: 'user',
      context_id: 'client-session-1',
      evaluation: {
        rules: ['token', 'scope', 'secrets', 'blocklist', 'rate_limit'].map((rule) => ({
          rule,
          result: 'pass',
        })),
        content: { input: { file_path: 'src/main.ts' }, claimed: { session_id: 'client-session-1' } },
      },
    });
  });

  it("leaves the client's own prompt in force with on_allow=none, and still denies", async () => {
    const allowed = await postHook(server, maya, preToolUse('Read', { file_path: 'a' }), {
      query: '?on_allow=none',
    });
    const denied = await postHook(server, maya, preToolUse('Bash', { command: 'rm -rf /' }), {
      query: '?on_allow=none',
    });
    expect(allowed.body).toEqual({});
    expect(denied.body.hookSpecificOutput?.permissionDecision).toBe('deny');
  });

  it.each([
    [
      'a credential',
      'Bash',
      { command: `curl -H "Authorization: Bearer ${GITHUB_TOKEN}" https://api.github.com` },
      'secret_detected',
    ],
    ['a credential in a key', 'Write', { file_path: 'a', [GITHUB_TOKEN]: 1 }, 'secret_detected'],
    ['a destructive command', 'Bash', { command: 'sudo rm -rf /' }, 'blocklisted'],
    [
      'tampering with governance',
      'Bash',
      { command: 'npx gatehouse admin users role set maya@example.test admin' },
      'blocklisted',
    ],
    ['a server that the role is not listed for', 'mcp__memory__read_graph', {}, 'scope_denied'],
  ])('is denied for %s, with a reason that quotes nothing', async (_name, tool, input, policy) => {
    const task = `toolu_${policy}_${Math.random().toString(36).slice(2)}`;
    const answer = await postHook(server, maya, preToolUse(tool, input, { tool_use_id: task }));
    expect(answer.status).toBe(200);
    expect(answer.body.hookSpecificOutput).toMatchObject({
      permissionDecision: 'deny',
      permissionDecisionReason: expect.stringMatching(new RegExp(`^\\[GOVERNANCE\\] .+ \\(${policy}\\)$`)),
    });
    const [row] = await rowsOf(task);
    expect(row).toMatchObject({ decision: 'deny', policy });
    for (const text of [JSON.stringify(answer.body), row.line]) {
      expect(text).not.toContain('q7Zr2Lx9Vb');
      expect(text).not.toContain(GITHUB_TOKEN.slice(4, 12));
    }
  });

  it("is the intersection of the user's reach and the agent's", async () => {
    const decide = async (tool: string, token: string) =>
      (await postHook(server, token, preToolUse(tool, {}))).body.hookSpecificOutput?.permissionDecision;
    expect(await decide('Read', agent)).toBe('allow');
    expect(await decide('mcp__filesystem__read_file', agent)).toBe('allow');
    expect(await decide('Bash', agent)).toBe('deny');
    expect(await decide('mcp__everything__echo', agent)).toBe('deny');
    expect(await decide('Bash', maya)).toBe('allow');
  });

  it('does not believe what the client says of itself', async () => {
    const claims = {
      agent_id: 'developer_agent',
      session_id: 'somebody-elses',
      role: 'admin',
      user_id: 'admin',
    };
    const task = 'toolu_claims';
    const answer = await postHook(
      server,
      maya,
      preToolUse('mcp__memory__read_graph', {}, { ...claims, tool_use_id: task }),
      {
        headers: { 'x-user-id': 'admin', 'x-user-role': 'admin', 'x-session-id': 'x' },
      },
    );
    expect(answer.body.hookSpecificOutput?.permissionDecision).toBe('deny');
    const [row] = await rowsOf(task);
    expect(row).toMatchObject({ role: 'user', agent_id: null });
    expect(row.evaluation.content.claimed).toMatchObject({ agent_id: 'developer_agent' });
  });
});

describe('PostToolUse', () => {
  const post = (name: string, task: string, tool: string, input: unknown, more: object) => ({
    ...preToolUse(tool, input, { tool_use_id: task }),
    hook_event_name: name,
    ...more,
  });

  it('closes the call with a second row and leaves harmless output alone', async () => {
    const task = 'toolu_post_1';
    await postHook(server, maya, preToolUse('Read', { file_path: 'a' }, { tool_use_id: task }));
    const answer = await postHook(
      server,
      maya,
      post('PostToolUse', task, 'Read', { file_path: 'a' }, { tool_response: { text: 'hello' } }),
    );
    expect(answer.body).toEqual({});
    const rows = await rowsOf(task);
    expect(rows.map((row) => row.event)).toEqual(['tool_call.decided', 'tool_call.completed']);
    expect(rows[1].result).toMatchObject({
      status: 'ok',
      reportedBy: 'client',
      content: { output: { text: 'hello' } },
    });
    expect(rows[1].evaluation.commitment).toBe(rows[0].evaluation.commitment);
    expect(rows[1].trace_id).toBe(rows[0].trace_id);
  });

  it('answers with the output redacted where it holds a credential', async () => {
    const task = 'toolu_post_2';
    await postHook(server, maya, preToolUse('Bash', { command: 'env' }, { tool_use_id: task }));
    const answer = await postHook(
      server,
      maya,
      post(
        'PostToolUse',
        task,
        'Bash',
        { command: 'env' },
        { tool_response: { stdout: `TOKEN=${GITHUB_TOKEN}`, code: 0 } },
      ),
    );
    const updated = answer.body.hookSpecificOutput;
    expect(updated?.hookEventName).toBe('PostToolUse');
    expect(updated?.updatedToolOutput).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/\[REDACTED:[^\]]+\]/),
    });
    for (const row of await rowsOf(task)) expect(row.line).not.toContain('q7Zr2Lx9Vb');
  });

  it('raises hook.bypassed for a tool that ran undecided, on another input, or twice', async () => {
    const cases: [string, () => Promise<unknown>][] = [
      ['toolu_never', async () => undefined],
      [
        'toolu_other',
        () => postHook(server, maya, preToolUse('Bash', { command: 'ls' }, { tool_use_id: 'toolu_other' })),
      ],
    ];
    for (const [task, before] of cases) {
      await before();
      await postHook(
        server,
        maya,
        post('PostToolUse', task, 'Bash', { command: 'id' }, { tool_response: 'x' }),
      );
      expect((await rowsOf(task)).map((row) => row.event)).toContain('hook.bypassed');
    }
  });

  it("does not match another session's open call", async () => {
    const task = 'toolu_stolen';
    await postHook(server, maya, preToolUse('Bash', { command: 'ls' }, { tool_use_id: task }));
    const jon = await server.token('jon@example.test', 'hooks');
    await postHook(server, jon, post('PostToolUse', task, 'Bash', { command: 'ls' }, { tool_response: 'x' }));
    const events = (await rowsOf(task)).map((row) => row.event);
    expect(events).toEqual(['tool_call.decided', 'hook.bypassed']);
  });

  it('withholds an output that comes without a valid credential', async () => {
    const answer = await postHook(
      server,
      undefined,
      post('PostToolUse', 't', 'Bash', {}, { tool_response: 'secret' }),
    );
    expect(answer.body.hookSpecificOutput?.updatedToolOutput).toMatch(/withheld/);
  });
});

describe('track', () => {
  it('keeps known and unknown events as rows', async () => {
    for (const name of ['SessionStart', 'UserPromptSubmit', 'SomethingNew']) {
      const answer = await postHook(
        server,
        maya,
        { hook_event_name: name, session_id: 'track-1', prompt: `use ${GITHUB_TOKEN}` },
        { path: 'track' },
      );
      expect(answer).toEqual({ status: 200, body: {} });
    }
    const { rows } = await server.sql.query(
      `select event, action, audit_log::text as line from audit_log where context_id = 'track-1' order by id`,
    );
    expect(rows.map((row) => `${row.event} ${row.action}`)).toEqual([
      'client.event SessionStart',
      'client.event UserPromptSubmit',
      'client.event SomethingNew',
    ]);
    expect(rows.map((row) => row.line).join()).not.toContain('q7Zr2Lx9Vb');
  });
});
