import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { loadConfiguration } from '@gatehouse/config';
import { AccessTokens, Users } from '@gatehouse/identity';
import type { JsonObject } from '@gatehouse/kernel';
import { genericGrantRequest } from 'openid-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answered, RawClient, textOf } from '../mcp/an-mcp-client.ts';
import { aService } from '../oauth/an-issuer.ts';
import { aServer, type TestServer } from '../support/a-server.ts';

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));
const ADMIN = 'admin@localhost';
const EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';
const NEW_USER = ['admin', 'users', 'create', '--email', 'new@example.test', '--role', 'user'];

let server: TestServer;
let admin: RawClient;
let adminSession: string;

beforeAll(async () => {
  const { buildBundles } = await import(`${ROOT}tools/build/build-bundles.mjs`);
  await buildBundles({ only: ['cli'] });
  server = await aServer({
    ownCluster: true,
    configure: (configuration) => {
      const { services } = configuration;
      const builtIn = { ...services.mcpServers.get('gatehouse')!, builtIn: { commands: true } };
      const mcpServers = new Map([...services.mcpServers, ['gatehouse', builtIn]]);
      return { ...configuration, services: { ...services, mcpServers } };
    },
  });
  await server.app.get(Users).create({ email: 'agent@example.test', role: 'a2a' });
  const token = await server.token(ADMIN, 'mcp/gatehouse');
  adminSession = JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString()).sid;
  admin = await aClient(token);
});
afterAll(() => server.end());

async function aClient(token: string): Promise<RawClient> {
  const client = new RawClient({ url: `http://127.0.0.1:${server.port}` }, 'gatehouse', token);
  await client.initialize();
  return client;
}

/** Exchanged by an agent of its own for one that says who acts for whom (RFC 8693). */
async function handedOn(): Promise<string> {
  const { access_token: token } = await genericGrantRequest(
    await aService(server, 'developer_agent'),
    EXCHANGE,
    {
      subject_token: await server.token(ADMIN, 'mcp/gatehouse'),
      subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
    },
  );
  return token;
}

/** A second live session of the administrator's. */
async function anotherSession(): Promise<string> {
  const session = await server.login(ADMIN);
  return server.app.get(AccessTokens).issue({ session, resource: 'mcp/gatehouse' });
}

/** The installation's own command line, as a person has it in a terminal. */
async function commandLine(...args: string[]): Promise<{ data: JsonObject }> {
  const { installation, profile } = server.configuration;
  const child = spawn(`${ROOT}apps/cli/bin/gatehouse`, args, {
    env: {
      PATH: process.env.PATH,
      HOME: dirname(installation.stateDir),
      PORT: String(profile.port),
      GATEHOUSE_STATE_DIR: installation.stateDir,
      XDG_CONFIG_HOME: dirname(dirname(installation.keyDir)),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const closed = once(child, 'close');
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const [code] = await closed;
  if (code !== 0) throw new Error(err);
  return JSON.parse(out);
}

const run = (client: RawClient, argv: readonly string[]) => client.call('run_command', { argv: [...argv] });

/** The structured content of an answer. */
function contentOf({ message }: Answered): JsonObject & { approval?: { id: string } } {
  return (message.result as { structuredContent: JsonObject }).structuredContent;
}

async function toolsOf(client: RawClient): Promise<string[]> {
  const { message } = await client.request('tools/list');
  return (message.result as { tools: { name: string }[] }).tools.map(({ name }) => name);
}

async function decide(id: string, token: string, verb = 'approve') {
  const { status } = await fetch(`http://127.0.0.1:${server.port}/api/v1/command-approvals/${id}/${verb}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
  });
  return status;
}

async function eventsOf(id: string): Promise<string[]> {
  const { rows } = await server.sql.query(
    `select event from audit_log where evaluation -> 'detail' ->> 'approval' = $1 order by id`,
    [id],
  );
  return rows.map(({ event }) => event);
}

async function users(email: string): Promise<number> {
  return (await server.sql.query('select from users where email = $1', [email])).rows.length;
}

describe('the command tool', () => {
  it('is off unless the operator switches it on', async () => {
    const { services } = await loadConfiguration({ environment: {} });
    expect(services.mcpServers.get('gatehouse')?.builtIn).toEqual({ commands: false });
  });

  it.each<[string, () => Promise<string>]>([
    ['the role a2a', () => server.token('agent@example.test', 'mcp/gatehouse')],
    ['an agent of an admin', () => server.token(ADMIN, 'mcp/gatehouse', 'developer_agent')],
    ['an agent that was handed on the token of an admin', handedOn],
    ['a role without the permission', () => server.token('maya@example.test', 'mcp/gatehouse')],
  ])('is neither shown to nor open to %s', async (_who, token) => {
    const client = await aClient(await token());
    expect(await toolsOf(client)).not.toContain('run_command');
    const answer = await run(client, ['admin', 'users', 'count']);
    expect(textOf(answer)).toMatch(/^\[GOVERNANCE\] .*\((?:policy_denied|scope_denied)\)$/);
  });

  it('reveals nothing of others by a command that else only reads', async () => {
    const answer = await run(admin, ['infra', 'db', 'query', 'select 1 as one', '--reason', 'curious']);
    expect(JSON.stringify(contentOf(answer))).toContain('CLI_NOT_ALLOWED');
    const { rows } = await server.sql.query("select 1 from audit_log where event = 'content.revealed'");
    expect(rows).toEqual([]);
  });

  it('runs what reads, in the name of the session that asks', async () => {
    expect(await toolsOf(admin)).toContain('run_command');
    const content = contentOf(await run(admin, ['admin', 'session', 'show']));
    expect(content).toMatchObject({ status: 'done', exit_code: 0 });
    expect(JSON.stringify(content.data)).toContain(adminSession);
  });

  it.each<[string, string[]]>([
    ['a shell', ['admin', 'users', 'count;', 'touch', '/tmp/owned']],
    ['a command of the shell', ['sh', '-c', 'id']],
    ['a program by its path', ['../../bin/sh', '-c', 'id']],
    ['another program', ['node', '-e', 'process.exit(0)']],
    ['one word for all of them', ['admin users count']],
    ['another spelling of a command', ['admin:users:count']],
    ['capital letters', ['ADMIN', 'users', 'count']],
    ['help, which is a plugin', ['help', 'admin']],
    ['the end of flags', ['admin', 'users', 'count', '--', '--yes']],
    ['a flag that the command has not', ['admin', 'users', 'count', '--output=/tmp/owned']],
    ['a short flag', ['admin', 'users', 'list', '-l', '5']],
    ['another profile', ['admin', 'users', 'count', '--profile', 'evil']],
    ['another profile in one word', ['admin', 'users', 'count', '--profile=evil']],
    ['standard input', ['admin', 'users', 'show', '-']],
    ['a line break', ['admin', 'users', 'show', 'a\nadmin users delete b --yes']],
    ['a character that does not show', ['admin', 'users', 'show', 'maya\u200b@example.test']],
    ['text that runs backwards', ['admin', 'users', 'show', '\u202etset.elpmaxe@ayam']],
    ['a terminal’s command', ['admin', 'users', 'show', '\u001b[2J']],
    ['a token', ['admin', 'session', 'login', '--email', ADMIN, '--token-only']],
    ['a token of an agent', ['admin', 'agents', 'token', 'developer_agent']],
    ['a hook credential', ['core', 'hooks', 'install', '--client', 'claude-code']],
    ['the end of the server', ['infra', 'services', 'stop', '--yes']],
    ['its own approval', ['plugins', 'mcp', 'commands', 'approve', '01a2056e-50a8-7000-8000-000500000001']],
    ['the approval of a changed tool', ['plugins', 'mcp', 'approve', 'memory', '--yes']],
    ['a policy in force', ['admin', 'governance', 'apply', 'a'.repeat(64)]],
    ['too many arguments', ['admin', 'users', 'show', ...Array(100).fill('x')]],
  ])('starts nothing for %s', async (_what, argv) => {
    const answer = await run(admin, argv);
    const isDenied = textOf(answer).startsWith('[GOVERNANCE]');
    if (!isDenied) expect(contentOf(answer)).toMatchObject({ status: 'refused' });
    expect((answer.message.result as JsonObject).isError).toBe(true);
    expect((await server.sql.query('select from command_approvals')).rows).toEqual([]);
  });

  it.each<[string, string[]]>([
    ['$(…)', ['admin', 'users', 'show', '$(touch /tmp/owned)']],
    ['a hyphen that is none', ['admin', 'users', 'count', '\u2011\u2011breakdown']],
  ])('hands %s on as the text that it is', async (_what, argv) => {
    expect(contentOf(await run(admin, argv))).toMatchObject({ status: 'failed' });
  });

  it.each(['argv', 'text', 'shell', 'nested'])('takes no other form of arguments: %s', async (form) => {
    const forms: Record<string, JsonObject> = {
      argv: { argv: 'admin users count' },
      text: { argv: ['admin', 'users', 'count'], approved: true },
      shell: { argv: ['admin', 'users', 'count'], shell: true },
      nested: { argv: [['admin', 'users', 'count']] },
    };
    const answer = await admin.call('run_command', forms[form]);
    expect((answer.message.result as JsonObject).isError).toBe(true);
    expect(textOf(answer)).not.toContain('"done"');
  });
});

describe('a command that changes something', () => {
  it('waits for an administrator, and runs once for the very arguments that were approved', async () => {
    const asked = contentOf(await run(admin, NEW_USER));
    expect(asked).toMatchObject({ status: 'approval_needed' });
    const { id } = asked.approval!;
    // Asking again, or approving with what the asking model holds, changes nothing.
    expect(contentOf(await run(admin, NEW_USER)).approval).toMatchObject({ id });
    expect(await decide(id, await server.token(ADMIN, 'mcp/gatehouse'))).toBe(401);
    expect(await decide(id, await server.token('maya@example.test'))).toBe(403);
    expect(await decide(id, await server.token(ADMIN, 'api', 'developer_agent'))).toBe(403);
    expect(await users('new@example.test')).toBe(0);

    expect(await decide(id, await server.token(ADMIN))).toBe(200);
    const others = NEW_USER.with(-1, 'admin');
    expect(contentOf(await run(admin, others))).toMatchObject({ status: 'approval_needed' });
    const elsewhere = await aClient(await anotherSession());
    expect(contentOf(await run(elsewhere, NEW_USER))).toMatchObject({ status: 'approval_needed' });
    expect(await users('new@example.test')).toBe(0);

    const ran = await Promise.all([run(admin, NEW_USER), run(admin, NEW_USER)]);
    expect(ran.filter((answer) => contentOf(answer).status === 'done')).toHaveLength(1);
    expect(await users('new@example.test')).toBe(1);
    const { rows } = await server.sql.query(
      `select count(*)::int as n from audit_log where event = 'user.created' and session_id = $1`,
      [adminSession],
    );
    expect(rows).toEqual([{ n: 1 }]);
    expect(await eventsOf(id)).toEqual(
      expect.arrayContaining(['admin.command_requested', 'admin.command_approved', 'admin.command_started']),
    );
    const again = contentOf(await run(admin, NEW_USER));
    expect(again).toMatchObject({ status: 'approval_needed' });
    expect(again.approval!.id).not.toBe(id);
  });

  it('runs neither when it was refused nor when its ten minutes are over', async () => {
    const argv = ['admin', 'users', 'suspend', 'jon@example.test', '--yes'];
    const refused = contentOf(await run(admin, argv)).approval!.id;
    expect(await decide(refused, await server.token(ADMIN), 'refuse')).toBe(200);
    expect(await decide(refused, await server.token(ADMIN))).toBe(409);
    const late = contentOf(await run(admin, argv)).approval!.id;
    expect(late).not.toBe(refused);
    const over = `update command_approvals
       set requested_at = now() - interval '11 minutes', expires_at = now() - interval '1 minute' where id = $1`;
    await server.sql.query(over, [late]);
    expect(await decide(late, await server.token(ADMIN))).toBe(409);
    const approved = contentOf(await run(admin, argv)).approval!.id;
    expect(await decide(approved, await server.token(ADMIN))).toBe(200);
    await server.sql.query(over, [approved]);
    expect(contentOf(await run(admin, argv))).toMatchObject({ status: 'approval_needed' });
    expect(await eventsOf(refused)).toEqual(['admin.command_requested', 'admin.command_refused']);
    expect(
      (await server.sql.query("select status from users where email = 'jon@example.test'")).rows,
    ).toEqual([{ status: 'active' }]);
    expect(await decide('01a2056e-50a8-7000-8000-000500000001', await server.token(ADMIN))).toBe(404);
  });

  it('is seen and approved at the command line, where no token is', async () => {
    const argv = ['admin', 'users', 'suspend', 'jon@example.test', '--yes'];
    const { id } = contentOf(await run(admin, argv)).approval!;
    const listed = await commandLine('plugins', 'mcp', 'commands', 'list', '--json');
    expect(listed.data.approvals).toContainEqual(
      expect.objectContaining({ id, state: 'pending', command: JSON.stringify(argv) }),
    );
    const approved = await commandLine('plugins', 'mcp', 'commands', 'approve', id, '--yes', '--json');
    expect(approved.data).toMatchObject({ id, state: 'approved' });
    expect(contentOf(await run(admin, argv))).toMatchObject({ status: 'done' });
    expect(
      (await server.sql.query("select status from users where email = 'jon@example.test'")).rows,
    ).toEqual([{ status: 'suspended' }]);
  });
});
