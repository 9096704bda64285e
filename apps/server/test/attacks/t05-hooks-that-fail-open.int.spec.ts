import { createHmac } from 'node:crypto';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aServer, type TestServer } from '../support/a-server.ts';
import { postHook, preToolUse } from '../support/hook-client.ts';
import { anInstalledClient, CLIENT, type InstalledClient } from '../support/hook-command.ts';
import { type Answer, aRawSquatter, aSquatter, passedOn, type Squatter } from '../support/squatter.ts';

const ALLOW = '{"hookSpecificOutput":{"hookEventName":"PreToolUse","permissionDecision":"allow"}}';
const HARMLESS = preToolUse('Read', { file_path: 'src/main.ts' });
const DESTRUCTIVE = preToolUse('Bash', { command: 'rm -rf /' });

let server: TestServer;
beforeAll(async () => {
  server = await aServer({ tools: false });
});
afterAll(() => server.end());

const clients: InstalledClient[] = [];
const squatters: Squatter[] = [];
afterAll(async () => {
  for (const client of clients) client.end();
  await Promise.all(squatters.map((squatter) => squatter.end()));
});

async function aClient(url?: string): Promise<InstalledClient> {
  const client = await anInstalledClient(server, url === undefined ? {} : { url });
  clients.push(client);
  return client;
}

async function rowsOf(task: string) {
  const { rows } = await server.sql.query('select * from audit_log where task_id = $1 order by id', [task]);
  return rows;
}

describe('the command form', () => {
  let client: InstalledClient;
  beforeAll(async () => {
    client = await aClient();
  });

  it('prints the answer of the server that issued its credential', async () => {
    expect(await client.run(HARMLESS)).toEqual({ code: 0, stdout: ALLOW, stderr: '' });
    const denied = await client.run(DESTRUCTIVE);
    expect(denied).toMatchObject({ code: 0, stderr: '' });
    expect(denied.stdout).toContain('"permissionDecision":"deny"');
  });

  it('says who it is with each call, and the row has it as claimed', async () => {
    await client.run(preToolUse('Read', { file_path: 'a' }, { tool_use_id: 'toolu_claimed' }));
    const [row] = await rowsOf('toolu_claimed');
    expect(row).toMatchObject({
      decision: 'allow',
      evaluation: {
        rules: ['token', 'scope', 'secrets', 'blocklist', 'rate_limit', 'client'].map((rule) => ({
          rule,
          result: 'pass',
        })),
        content: {
          claimed: {
            client_version: 'claude-code/2.1.330',
            settings_hash: expect.stringMatching(/^[0-9a-f]{64}$/),
            device: client.deviceId,
          },
        },
      },
    });
  });

  it('passes on reports, and a redacted output', async () => {
    const call = { tool_use_id: 'toolu_reported' };
    await client.run(preToolUse('Read', { file_path: 'a' }, call));
    const token = `ghp_${'q7Zr2Lx9Vb'.repeat(3)}Tm4Kd1`;
    const report = preToolUse(
      'Read',
      { file_path: 'a' },
      { ...call, hook_event_name: 'PostToolUse', tool_response: token },
    );
    const { code, stdout } = await client.run(report);
    expect(code).toBe(0);
    expect(stdout).toContain('updatedToolOutput');
    expect(stdout).not.toContain(token);
    expect((await rowsOf('toolu_reported')).map(({ event }) => event)).toEqual([
      'tool_call.decided',
      'tool_call.completed',
    ]);
  });

  it.each([
    ['nothing', ''],
    ['no JSON', 'canary'],
    ['no event', '{}'],
  ])('denies %s on its input', async (_what, input) => {
    const { code, stdout } = await client.run(input);
    expect(code).toBe(0);
    expect(stdout).toContain('"permissionDecision":"deny"');
  });

  it.each<[string, (file: string) => void]>([
    ['that others may read', (file) => chmodSync(file, 0o644)],
    ['that is damaged', (file) => writeFileSync(file, '{"url":')],
    [
      'without a key',
      (file) =>
        writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), answerKey: '' })),
    ],
  ])('blocks with a credential file %s', async (_what, spoil) => {
    const spoilt = await aClient();
    spoil(spoilt.file);
    const run = await spoilt.run(HARMLESS);
    expect(run).toMatchObject({ code: 2, stdout: '' });
    expect(run.stderr).toMatch(/^\[GOVERNANCE\] Blocked: /);
    expect(run.stderr).not.toContain(spoilt.credential);
  });

  it('blocks where nothing is installed', async () => {
    expect(await client.run(HARMLESS, { file: '/nonexistent/claude-code.json' })).toMatchObject({
      code: 2,
      stdout: '',
    });
  });
});

describe('whoever answers in the place of the server is not believed', () => {
  let recorded: Awaited<ReturnType<typeof passedOn>> | undefined;

  const answers: readonly [string, Answer][] = [
    ['an empty 200', (_request, response) => void response.end()],
    ['no opinion', (_request, response) => void response.end('{}')],
    ['an allow', (_request, response) => void response.end(ALLOW)],
    [
      'an allow with a made-up proof',
      (_request, response) => void response.setHeader('x-gatehouse-answer', 'a'.repeat(64)).end(ALLOW),
    ],
    [
      'an allow that is proven with the credential, which it was sent',
      ({ headers }, response) => {
        const credential = String(headers.authorization).slice('Bearer '.length);
        const proof = createHmac('sha256', credential)
          .update(`gatehouse-hook-answer 1\n${headers['x-gatehouse-nonce']}\n200\n${ALLOW}`)
          .digest('hex');
        response.setHeader('x-gatehouse-answer', proof).end(ALLOW);
      },
    ],
    [
      'a redirect to the server itself',
      ({ path }, response) =>
        void response.writeHead(307, { location: `http://127.0.0.1:${server.port}${path}` }).end(),
    ],
    ['a server error', (_request, response) => void response.writeHead(500).end('{}')],
    [
      'a genuine allow of another call',
      async (request, response) => {
        recorded ??= await passedOn(request, server.port);
        response.setHeader('x-gatehouse-answer', recorded.proof).end(recorded.text);
      },
    ],
    [
      'a genuine answer, changed',
      async (request, response) => {
        const { proof, text } = await passedOn(request, server.port);
        response.setHeader('x-gatehouse-answer', proof).end(text.replace('deny', 'allow'));
      },
    ],
    [
      'a genuine answer to a harmless call in the place of this one',
      async (request, response) => {
        const { proof, text } = await passedOn({ ...request, body: JSON.stringify(HARMLESS) }, server.port);
        response.setHeader('x-gatehouse-answer', proof).end(text);
      },
    ],
    [
      'a genuine answer to another version of the client',
      async (request, response) => {
        const headers = { ...request.headers, 'x-gatehouse-client': 'claude-code/2.1.329' };
        const { proof, text } = await passedOn({ ...request, headers }, server.port);
        response.setHeader('x-gatehouse-answer', proof).end(text);
      },
    ],
    [
      'an answer without end',
      (_request, response) => {
        const more = () => {
          while (!response.destroyed && response.write('x'.repeat(1024 * 1024)));
        };
        response.on('drain', more);
        more();
      },
    ],
    [
      'an answer that breaks off',
      (_request, response) => {
        response.writeHead(200, { 'content-length': '1000' });
        response.write('{', () => response.destroy());
      },
    ],
  ];

  it.each(answers)('%s', async (_what, answer) => {
    const squatter = await aSquatter(answer);
    squatters.push(squatter);
    const client = await aClient(squatter.url);
    // What it records for a replay is the answer to a first, harmless call.
    if (_what === 'a genuine allow of another call') {
      expect(await client.run(HARMLESS)).toMatchObject({ code: 0, stdout: ALLOW });
    }
    const run = await client.run(DESTRUCTIVE);
    expect(run).toMatchObject({ code: 2, stdout: '' });
    expect(run.stderr).toMatch(/^\[GOVERNANCE\] Blocked: .+\.\n$/);
    expect(run.stderr).not.toContain(client.credential);
    // The key never leaves the client.
    expect(JSON.stringify(squatter.caught)).not.toContain(client.answerKey);
  });

  it.each<[string, (socket: import('node:net').Socket) => void]>([
    ['garbage', (socket) => void socket.end('\x00\x01 SSH-2.0-canary\r\n')],
    ['nothing, and hangs up', (socket) => void socket.destroy()],
    [
      'headers without end',
      (socket) => void socket.write(`HTTP/1.1 200 OK\r\nx: ${'a'.repeat(1024 * 1024)}`),
    ],
  ])('%s', async (_what, answer) => {
    const squatter = await aRawSquatter(answer);
    squatters.push(squatter);
    const client = await aClient(squatter.url);
    expect(await client.run(DESTRUCTIVE)).toMatchObject({ code: 2, stdout: '' });
  });

  it('nobody at all', async () => {
    const client = await aClient('http://127.0.0.1:1');
    const { code, stderr } = await client.run(HARMLESS);
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: '[GOVERNANCE] Blocked: the server cannot be reached (ECONNREFUSED).\n',
    });
  });

  it('somebody who listens and never answers, or a byte now and then: within the time that the client waits', async () => {
    const silent = await aRawSquatter(() => undefined);
    const slow = await aSquatter((_request, response) => {
      const timer = setInterval(() => response.write(' '), 500);
      response.on('close', () => clearInterval(timer));
    });
    squatters.push(silent, slow);
    const both = [await aClient(silent.url), await aClient(slow.url)];
    const startedAt = performance.now();
    const runs = await Promise.all(both.map((client) => client.run(HARMLESS)));
    expect(performance.now() - startedAt).toBeLessThan(10_000);
    for (const run of runs) {
      expect(run).toEqual({
        code: 2,
        stdout: '',
        stderr: '[GOVERNANCE] Blocked: the server did not answer in time.\n',
      });
    }
  });

  it('but one who passes everything on unchanged is: the answer is the server’s, to this very call', async () => {
    const relay = await aSquatter(async (request, response) => {
      const { status, proof, text } = await passedOn(request, server.port);
      response.writeHead(status, { 'x-gatehouse-answer': proof }).end(text);
    });
    squatters.push(relay);
    const client = await aClient(relay.url);
    expect(await client.run(HARMLESS)).toEqual({ code: 0, stdout: ALLOW, stderr: '' });
  });

  it('and an event that only tells never blocks: it would keep the client from stopping', async () => {
    const client = await aClient('http://127.0.0.1:1');
    const stop = { hook_event_name: 'Stop', session_id: 's' };
    expect(await client.run(stop, { route: 'track' })).toMatchObject({
      code: 1,
      stderr: '[GOVERNANCE] Not recorded: the server cannot be reached (ECONNREFUSED).\n',
    });
  });
});

describe('a client is denied, and told why, when', () => {
  const denied = async (client: InstalledClient, environment: Record<string, string> = CLIENT) => {
    const task = `toolu_${Math.random().toString(36).slice(2)}`;
    const run = await client.run(preToolUse('Read', { file_path: 'a' }, { tool_use_id: task }), {
      environment,
    });
    const [row] = await rowsOf(task);
    expect(run.code).toBe(0);
    expect(row).toMatchObject({ event: 'tool_call.decided', decision: 'deny', policy: 'policy_denied' });
    const { hookSpecificOutput } = JSON.parse(run.stdout);
    expect(hookSpecificOutput).toMatchObject({ permissionDecision: 'deny' });
    expect(hookSpecificOutput.permissionDecisionReason).toBe(`[GOVERNANCE] ${row.reason} (policy_denied)`);
    return row.reason as string;
  };

  it.each([
    ['too old', { AI_AGENT: 'claude-code_2-1-294_agent' }, /too old.*2\.1\.295/],
    ['much too old', { CLAUDE_CODE_EXECPATH: '/home/m/.local/share/claude/versions/1.9.999' }, /too old/],
    ['unknown', {}, /version of the client is not known/],
    ['another program', { AI_AGENT: 'codex_9-9-9_agent' }, /version of the client is not known/],
  ])('its version is %s', async (_what, environment, reason) => {
    const client = await aClient();
    expect(await denied(client, environment as Record<string, string>)).toMatch(reason);
  });

  it.each(['2-1-295', '2-2-0', '3-0-0'])('but not when it is %s', async (version) => {
    const client = await aClient();
    const run = await client.run(HARMLESS, { environment: { AI_AGENT: `claude-code_${version}_agent` } });
    expect(run).toMatchObject({ code: 0, stdout: ALLOW });
  });

  it.each<[string, (settings: Record<string, Record<string, unknown>>) => unknown]>([
    ['lost a hook', ({ hooks }) => delete hooks!.PostToolUse],
    ['lets hooks fail', ({ hooks }) => delete (hooks as never as Hooks).PreToolUse[0]!.hooks[0]!.onFailure],
    ['switches hooks off', (settings) => Object.assign(settings, { disableAllHooks: true })],
  ])('its settings changed: one %s', async (_what, change) => {
    const client = await aClient();
    const settings = JSON.parse(readFileSync(client.settingsPath, 'utf8'));
    change(settings);
    writeFileSync(client.settingsPath, JSON.stringify(settings));
    expect(await denied(client)).toMatch(/settings were changed.*core hooks install/);
  });

  it('its settings cannot be read', async () => {
    const client = await aClient();
    writeFileSync(client.settingsPath, '{');
    expect(await denied(client)).toMatch(/settings were changed/);
  });

  it('its credential is of the command form and it reports nothing', async () => {
    const client = await aClient();
    const { body } = await postHook(server, client.credential, HARMLESS);
    expect(body.hookSpecificOutput).toMatchObject({
      permissionDecision: 'deny',
      permissionDecisionReason: expect.stringMatching(/version of the client is not known/),
    });
  });
});

type Hooks = { PreToolUse: { hooks: { onFailure?: string }[] }[] };

describe('a report without its decision', () => {
  it('raises hook.bypassed', async () => {
    const client = await aClient();
    const report = preToolUse(
      'Bash',
      { command: 'make' },
      {
        hook_event_name: 'PostToolUse',
        tool_use_id: 'toolu_unasked',
        tool_response: 'done',
      },
    );
    expect(await client.run(report)).toMatchObject({ code: 0 });
    expect(await rowsOf('toolu_unasked')).toMatchObject([
      {
        event: 'hook.bypassed',
        decision: 'deny',
        evaluation: { content: { claimed: { client_version: 'claude-code/2.1.330' } } },
      },
    ]);
  });
});
