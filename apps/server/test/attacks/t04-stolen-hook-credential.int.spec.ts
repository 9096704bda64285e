import { homedir } from 'node:os';
import { join } from 'node:path';
import { HookCredentials } from '@gatehouse/identity';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aServer, type TestServer } from '../support/a-server.ts';
import { postHook, preToolUse } from '../support/hook-client.ts';
import { anInstalledClient, type InstalledClient } from '../support/hook-command.ts';

let server: TestServer;
const clients: InstalledClient[] = [];
beforeAll(async () => {
  server = await aServer();
});
afterAll(async () => {
  for (const client of clients) client.end();
  await server.end();
});

async function aClient(form: 'http' | 'command' = 'http'): Promise<InstalledClient> {
  const client = await anInstalledClient(server, { form });
  clients.push(client);
  return client;
}

async function rowsOf({ credentialId }: InstalledClient, event: string) {
  const { rows } = await server.sql.query(
    'select *, audit_log::text as line from audit_log where session_id = $1 and event = $2 order by id',
    [credentialId, event],
  );
  return rows;
}

const asInstalled = ({ deviceId }: InstalledClient) => ({
  'user-agent': 'claude-cli/2.1.330 (external, cli)',
  'x-gatehouse-device': deviceId,
});
const decisionOf = (answer: Awaited<ReturnType<typeof postHook>>) =>
  answer.body.hookSpecificOutput?.permissionDecision;

describe('a stolen hook credential', () => {
  it('asks for decisions, and is refused by every other route', async () => {
    const { credential, deviceId } = await aClient();
    const call = preToolUse('Read', { file_path: 'a' });
    expect(
      decisionOf(
        await postHook(server, credential, call, { headers: asInstalled({ deviceId } as InstalledClient) }),
      ),
    ).toBe('allow');
    const document = await get('/api/openapi.json');
    const { paths } = (await document.json()) as { paths: Record<string, Record<string, unknown>> };
    const routes = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => [method.toUpperCase(), path.replaceAll(/\{\w+\}/g, 'x')] as const),
    );
    expect(routes.length).toBeGreaterThan(3);
    for (const [method, path] of routes) {
      const [bare, stolen] = [await send(method, path), await send(method, path, credential)];
      // A public route answers everybody alike; every other one refuses.
      expect({ path, status: stolen.status }).toEqual({
        path,
        status: bare.status === 401 ? 401 : bare.status,
      });
      if (path.startsWith('/api/v1/') && !path.startsWith('/api/v1/hooks/')) expect(stolen.status).toBe(401);
    }
  });

  it.each(['filesystem', 'everything', 'memory'])('is refused by the MCP server %s', async (name) => {
    const { credential } = await aClient();
    const initialize = { jsonrpc: '2.0', id: 1, method: 'initialize', params: {} };
    const response = await send('POST', `/mcp/${name}`, credential, initialize);
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toContain('Bearer');
  });

  it('gets nothing of /metrics that nobody gets, and no token', async () => {
    const { credential } = await aClient();
    const text = async (token?: string) => names(await (await send('GET', '/metrics', token)).text());
    expect(await text(credential)).toEqual(await text());
    expect((await send('GET', '/api/v1/audit', credential)).status).toBe(401);
  });

  it('ends within a second of its revocation, and the answer says so', async () => {
    const client = await aClient();
    const call = () =>
      postHook(server, client.credential, preToolUse('Read', { file_path: 'a' }), {
        headers: asInstalled(client),
      });
    expect(decisionOf(await call())).toBe('allow');
    await server.app.get(HookCredentials).revoke(client.credentialId!);
    await expect.poll(async () => decisionOf(await call()), { timeout: 1000, interval: 50 }).toBe('deny');
    expect((await call()).body.hookSpecificOutput?.permissionDecisionReason).toMatch(/\(token_invalid\)$/);
  });

  it.each([
    ['Read', { file_path: join(homedir(), '.claude/settings.json') }],
    ['Read', { file_path: join(homedir(), '.config/gatehouse/hooks/claude-code.json') }],
    ['Write', { file_path: join(homedir(), '.config/gatehouse/hooks/gatehouse-hook.mjs'), content: '' }],
    ['Bash', { command: 'cat ~/.config/gatehouse/hooks/claude-code.json' }],
    ['Bash', { command: 'cp -r ~/.config/gatehouse/hooks /tmp/x' }],
  ])('is not read by an agent through %s %j', async (tool, input) => {
    const client = await aClient();
    const answer = await postHook(server, client.credential, preToolUse(tool, input), {
      headers: asInstalled(client),
    });
    expect(answer.body.hookSpecificOutput?.permissionDecisionReason).toMatch(/\(blocklisted\)$/);
  });

  it('leaves nothing of a secret in a row that a header carries one in', async () => {
    const client = await aClient();
    const secret = `ghp_${'q7Zr2Lx9Vb'.repeat(3)}Tm4Kd1`;
    const headers = {
      'x-gatehouse-device': secret,
      'x-gatehouse-client': secret,
      'x-gatehouse-settings': secret,
      'user-agent': secret,
    };
    await postHook(server, client.credential, preToolUse('Read', { file_path: 'a' }), { headers });
    for (const event of ['tool_call.decided', 'credential.anomaly']) {
      const rows = await rowsOf(client, event);
      expect(rows).toHaveLength(1);
      expect(rows[0].line).not.toContain(secret);
    }
  });

  it('is worth nothing without the other half: its answers are proven with a key that is never sent', async () => {
    const client = await aClient('command');
    const settings = JSON.stringify(await rowsOf(client, 'session.created'));
    expect(settings).not.toContain(client.answerKey);
    const { rows } = await server.sql.query('select h::text as line from hook_credentials h');
    const key = Buffer.from(client.answerKey, 'base64url').toString('hex');
    expect(rows.some(({ line }) => line.includes(key) || line.includes(client.credential.slice(-64)))).toBe(
      false,
    );
  });
});

describe('use from a second device', () => {
  it('that says it is another is denied, and one row says so', async () => {
    const client = await aClient();
    const headers = { ...asInstalled(client), 'x-gatehouse-device': 'ffffffffffffffffffffffffffffffff' };
    const call = preToolUse('Read', { file_path: 'a' }, { tool_use_id: 'toolu_thief' });
    const answers = [
      await postHook(server, client.credential, call, { headers }),
      await postHook(server, client.credential, call, { headers }),
    ];
    for (const answer of answers) {
      expect(decisionOf(answer)).toBe('deny');
      expect(answer.body.hookSpecificOutput?.permissionDecisionReason).toMatch(
        /another device.*\(policy_denied\)$/,
      );
    }
    const rows = await rowsOf(client, 'credential.anomaly');
    expect(rows).toMatchObject([
      {
        decision: 'deny',
        policy: 'policy_denied',
        task_id: 'toolu_thief',
        evaluation: { content: { claimed: { device: headers['x-gatehouse-device'] } } },
      },
    ]);
    expect(rows[0].line).not.toContain(client.credential);
  });

  it('raises nothing while the device is the one that it is bound to, whatever its version', async () => {
    const client = await aClient();
    for (const version of ['2.1.330', '2.1.331']) {
      const headers = { ...asInstalled(client), 'user-agent': `claude-cli/${version}` };
      const call = preToolUse('Read', { file_path: 'a' });
      expect(decisionOf(await postHook(server, client.credential, call, { headers }))).toBe('allow');
    }
    expect(await rowsOf(client, 'credential.anomaly')).toEqual([]);
  });

  it('that does not say which it is raises a row when another program uses the credential', async () => {
    const client = await aClient();
    const call = preToolUse('Read', { file_path: 'a' });
    await postHook(server, client.credential, call, { headers: asInstalled(client) });
    for (const agent of ['curl/8.5.0', 'curl/8.6.0']) {
      await postHook(server, client.credential, call, { headers: { 'user-agent': agent } });
    }
    expect(await rowsOf(client, 'credential.anomaly')).toMatchObject([
      {
        decision: 'allow',
        policy: 'not_applicable',
        evaluation: { content: { claimed: { user_agent: 'curl/8.5.0' } } },
      },
    ]);
  });

  it('of events that are only recorded raises a row as well', async () => {
    const client = await aClient();
    const event = { hook_event_name: 'SessionStart', session_id: 's' };
    const answer = await postHook(server, client.credential, event, {
      path: 'track',
      headers: { 'x-gatehouse-device': 'other' },
    });
    expect(answer.status).toBe(200);
    expect(await rowsOf(client, 'credential.anomaly')).toHaveLength(1);
  });

  it('shows wherever it is: at another server, and at one that was started later', async () => {
    const client = await aClient();
    const call = preToolUse('Read', { file_path: 'a' });
    const use = (at: TestServer, agent: string) =>
      postHook(at, client.credential, call, { headers: { 'user-agent': agent } });
    await use(server, 'claude-cli/2.1.330');
    expect(await rowsOf(client, 'credential.anomaly')).toEqual([]);
    const replica = await aServer({ beside: server });
    try {
      await use(replica, 'claude-cli/2.1.331');
      expect(await rowsOf(client, 'credential.anomaly')).toEqual([]);
      await use(replica, 'curl/8.5.0');
      expect(await rowsOf(client, 'credential.anomaly')).toMatchObject([
        { evaluation: { content: { claimed: { user_agent: 'curl/8.5.0' } } } },
      ]);
      await use(server, 'curl/8.5.0');
      expect(await rowsOf(client, 'credential.anomaly')).toHaveLength(1);
    } finally {
      await replica.end();
    }
  });

  it('with more devices than there are leaves rows that are bounded', async () => {
    const client = await aClient();
    const call = preToolUse('Read', { file_path: 'a' });
    for (let i = 0; i < 40; i += 1) {
      await postHook(server, client.credential, call, { headers: { 'x-gatehouse-device': `device-${i}` } });
    }
    expect((await rowsOf(client, 'credential.anomaly')).length).toBeLessThanOrEqual(16);
  });
});

const get = (path: string) => send('GET', path);

function send(method: string, path: string, token?: string, body: unknown = {}): Promise<Response> {
  return fetch(`http://127.0.0.1:${server.port}${path}`, {
    method,
    signal: AbortSignal.timeout(5000),
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    ...(method === 'GET' || method === 'HEAD' ? {} : { body: JSON.stringify(body) }),
  });
}

/** The names of metrics and labels, without values. */
function names(metrics: string): string[] {
  return [...new Set(metrics.split('\n').map((line) => line.replace(/\s\S+$/, '')))].filter((line) =>
    line.startsWith('# '),
  );
}
