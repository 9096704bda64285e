import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aServer, type TestServer } from '../support/a-server.ts';
import { type Call, callDoors } from './call-doors.ts';

const GITHUB_TOKEN = `ghp_${'w8Yt3Kq5Zn'.repeat(3)}Pb2Lx7`;
const PEM = ['-----BEGIN RSA ', 'PRIVATE KEY-----\nMIIEowIBAAKCAQEAx7'].join('');

let server: TestServer;

beforeAll(async () => {
  server = await aServer();
  await server.discovered;
});

afterAll(() => server.end());

const doors = callDoors(() => server);

const CASES: readonly [string, Call, string][] = [
  [
    'an ordinary call',
    { email: 'maya@example.test', server: 'everything', tool: 'echo', input: { message: 'hi' } },
    'default_allow',
  ],
  [
    'a server of another role',
    { email: 'maya@example.test', server: 'memory', tool: 'read_graph', input: {} },
    'scope_denied',
  ],
  [
    'an admin at that server',
    { email: 'admin@localhost', server: 'memory', tool: 'read_graph', input: {} },
    'default_allow',
  ],
  [
    'an agent beyond its list',
    {
      email: 'maya@example.test',
      agent: 'associate_agent',
      server: 'everything',
      tool: 'echo',
      input: { message: 'hi' },
    },
    'scope_denied',
  ],
  [
    'an agent within its list',
    {
      email: 'maya@example.test',
      agent: 'associate_agent',
      server: 'filesystem',
      tool: 'list_allowed_directories',
      input: {},
    },
    'default_allow',
  ],
  [
    'a GitHub token',
    { email: 'maya@example.test', server: 'everything', tool: 'echo', input: { message: GITHUB_TOKEN } },
    'secret_detected',
  ],
  [
    'a private key',
    { email: 'admin@localhost', server: 'everything', tool: 'echo', input: { message: PEM } },
    'secret_detected',
  ],
  [
    'a destructive command',
    { email: 'admin@localhost', server: 'everything', tool: 'echo', input: { command: 'rm -rf /' } },
    'blocklisted',
  ],
  [
    'a policy file of this installation',
    {
      email: 'admin@localhost',
      server: 'filesystem',
      tool: 'read_text_file',
      input: { path: fileURLToPath(new URL('../../../../services/governance/roles.yaml', import.meta.url)) },
    },
    'blocklisted',
  ],
];

describe.each(CASES)('%s', (_name, call, policy) => {
  it.each(Object.keys(doors))(`is decided by ${policy} at the %s door`, async (door) => {
    const outcome = await doors[door]!(call);
    expect(outcome.policy).toBe(policy);
    expect(outcome.row).toMatchObject({
      action: `mcp__${call.server}__${call.tool}`,
      decision: policy === 'default_allow' ? 'allow' : 'deny',
      policy,
      agent_id: call.agent ?? null,
    });
    const rules = (outcome.row.evaluation as { rules: { rule: string }[] }).rules;
    expect(rules.map((rule) => rule.rule)).toEqual(['token', 'scope', 'secrets', 'blocklist', 'rate_limit']);
  });
});

describe('a denied call', () => {
  it('starts no process', async () => {
    const spawns = async () =>
      (await (await fetch(`http://127.0.0.1:${server.port}/metrics`)).text()).match(
        /^gatehouse_mcp_spawns_total.*/gm,
      );
    const aroundDenials = async () => {
      const before = await spawns();
      for (const [, call, policy] of CASES)
        if (policy !== 'default_allow') await doors.mcp!({ ...call, email: 'jon@example.test' });
      return { before, after: await spawns() };
    };
    // A server that said that its lists changed is discovered anew, once a minute at most: not in both of two looks.
    const first = await aroundDenials();
    const { before, after } = String(first.before) === String(first.after) ? first : await aroundDenials();
    expect(after).toEqual(before);
  });
});
