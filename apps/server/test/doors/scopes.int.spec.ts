import { Users } from '@gatehouse/identity';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RawClient } from '../mcp/an-mcp-client.ts';
import { aServer, type TestServer } from '../support/a-server.ts';
import { type Call, callDoors } from './call-doors.ts';

/*
 * Lists of tools, MCP servers and agents of roles.yaml, of a role and of departments, at every door: all have to let a
 * call through, and what one denies no other allows.
 */
let server: TestServer;
const doors = callDoors(() => server);

const ALL = { allow: ['*'], deny: [] };
const LEE = 'lee@example.test';
const MAYA = 'maya@example.test';
const JON = 'jon@example.test';
const ADMIN = 'admin@localhost';
const ANN = 'ann@example.test';

beforeAll(async () => {
  server = await aServer({
    configure: (configuration) => {
      const { governance } = configuration.services;
      const user = {
        ...governance.roles.roles.user,
        allow: ['*'],
        deny: ['mcp__everything__get-env'],
        mcp_servers: { allow: ['*'], deny: ['filesystem'] },
        agents: ALL,
      };
      const roles = {
        roles: { ...governance.roles.roles, user },
        departments: {
          // Where Maya is: one tool and one agent less.
          finance: {
            ...ALL,
            deny: ['mcp__everything__echo'],
            mcp_servers: ALL,
            agents: { allow: ['*'], deny: ['associate_agent'] },
            permissions: [],
          },
          // Where Jon is: what is allowed here does not bring back what the role denies.
          support: {
            allow: ['mcp__everything__*', 'mcp__filesystem__*'],
            deny: [],
            mcp_servers: { allow: ['everything', 'filesystem'], deny: [] },
            agents: ALL,
            permissions: [],
          },
        },
      };
      const services = { ...configuration.services, governance: { ...governance, roles } };
      return { ...configuration, services };
    },
  });
  // Lee's department is in no list.
  await server.app.get(Users).create({ email: LEE, role: 'user', department: 'legal' });
  // An administrator of the department that is denied an agent.
  await server.app.get(Users).create({ email: ANN, role: 'admin', department: 'finance' });
  await server.discovered;
});
afterAll(() => server.end());

const echo = { server: 'everything', tool: 'echo', input: { message: 'hi' } };
const env = { server: 'everything', tool: 'get-env', input: {} };
const folders = { server: 'filesystem', tool: 'list_allowed_directories', input: {} };

const CASES: readonly [string, Call, boolean][] = [
  ['what the role allows, in a department that nothing is said of', { email: LEE, ...echo }, true],
  ['a tool that the role denies, although it allows all', { email: LEE, ...env }, false],
  ['a tool that the role denies and the department allows', { email: JON, ...env }, false],
  ['a server that the role denies, although it allows all', { email: LEE, ...folders }, false],
  ['a server that the role denies and the department allows', { email: JON, ...folders }, false],
  ['a tool that the department denies and the role allows', { email: MAYA, ...echo }, false],
  ['a tool that both allow', { email: JON, ...echo }, true],
  ['whatever an administrator calls, of no department', { email: ADMIN, ...folders }, true],
  [
    'an agent whose own list does not hold the tool',
    { email: LEE, agent: 'associate_agent', ...echo },
    false,
  ],
  [
    'an agent that the role and its own list allow',
    { email: ADMIN, agent: 'associate_agent', ...folders },
    true,
  ],
];

describe.each(CASES)('%s', (_what, call, allowed) => {
  it.each(Object.keys(doors))(`is ${allowed ? 'allowed' : 'denied'} at the %s door`, async (door) => {
    const outcome = await doors[door]!(call);
    expect(outcome.policy).toBe(allowed ? 'default_allow' : 'scope_denied');
    expect(outcome.row).toMatchObject({
      decision: allowed ? 'allow' : 'deny',
      policy: outcome.policy,
      role: call.email === ADMIN ? 'admin' : 'user',
      agent_id: call.agent ?? null,
    });
  });
});

it('an agent that the department denies gets no token for any door, and the role alone would give one', async () => {
  for (const resource of ['api', 'hooks', 'mcp/filesystem'] as const) {
    await expect(server.token(ANN, resource, 'associate_agent')).rejects.toMatchObject({
      code: 'IDENTITY_AGENT_NOT_ALLOWED',
    });
    await expect(server.token(ADMIN, resource, 'associate_agent')).resolves.toMatch(/^eyJ/);
  }
});

it('a client is shown the tools that it may call, and no other', async () => {
  const shown = async (email: string) => {
    const token = await server.token(email, 'mcp/everything');
    const client = new RawClient({ url: `http://127.0.0.1:${server.port}` }, 'everything', token);
    await client.initialize();
    const { message } = await client.request('tools/list');
    return (message.result as { tools: { name: string }[] }).tools.map(({ name }) => name);
  };
  const [admin, lee, maya] = [await shown(ADMIN), await shown(LEE), await shown(MAYA)];
  expect(admin).toEqual(expect.arrayContaining(['echo', 'get-env']));
  expect(lee).toEqual(admin.filter((name) => name !== 'get-env'));
  expect(maya).toEqual(lee.filter((name) => name !== 'echo'));
});
