import { describe, expect, it } from 'vitest';
import { aCheckout, type Checkout } from '../test/a-checkout.ts';
import { loadConfiguration } from './load-configuration.ts';
import { ConfigurationInvalid } from './problem/configuration-invalid.ts';
import { describeProblem } from './problem/configuration-problem.ts';

async function problemsOf({ root, environment }: Checkout, more: Record<string, string> = {}) {
  try {
    await loadConfiguration({ root, environment: { ...environment, ...more } });
    return [];
  } catch (error) {
    if (error instanceof ConfigurationInvalid) return error.problems.map(describeProblem);
    throw error;
  }
}

const server = (lines: string) => `mcp_servers:\n  one:\n    command: true-program\n${lines}`;
const agent = (lines: string) => `agents:\n  helper:\n    display_name: Helper\n    roles: [user]\n${lines}`;
const ROLE_NAMES = 'admin, user, service, a2a, mcp, anonymous';

describe('a wrong configuration', () => {
  it.each<[string, string, string, string[]]>([
    [
      'an unknown key at the top',
      'services/governance/rate-limits.yaml',
      'tool_cals: {}\n',
      [
        'services/governance/rate-limits.yaml:1:1: tool_calls: is missing (expected a map of keys)',
        'services/governance/rate-limits.yaml:1:1: tool_cals: is not a known key (expected one of tool_calls; did you mean "tool_calls"?)',
      ],
    ],
    [
      'an unknown key three levels down',
      'services/mcp/one.yaml',
      server('    limits:\n      timeoutMs: 5\n'),
      [
        'services/mcp/one.yaml:5:7: mcp_servers.one.limits.timeoutMs: is not a known key (expected one of timeout_ms, output_bytes, idle_ms, memory_mb, children_per_user, concurrent_calls; did you mean "timeout_ms"?)',
      ],
    ],
    [
      'a key one level too high',
      'services/mcp/one.yaml',
      server('    timeout_ms: 5\n'),
      [
        'services/mcp/one.yaml:4:5: mcp_servers.one.timeout_ms: is not a known key (expected one of command, args, url, secrets, env, headers, roles, departments, isolation, stateless, cage, client_requests, allow_download, limits; did you mean "limits.timeout_ms"?)',
      ],
    ],
    [
      'several wrong types in one file',
      'services/mcp/one.yaml',
      server('    args: -x\n    env: {PORT: 8080}\n    stateless: "yes"\n    roles:\n'),
      [
        'services/mcp/one.yaml:4:11: mcp_servers.one.args: is text (expected a list)',
        'services/mcp/one.yaml:5:17: mcp_servers.one.env.PORT: is a whole number (expected text: put it in quotes)',
        'services/mcp/one.yaml:6:16: mcp_servers.one.stateless: is text (expected true or false)',
        'services/mcp/one.yaml:7:5: mcp_servers.one.roles: is empty (expected a list)',
      ],
    ],
    [
      'bounds',
      'services/governance/rate-limits.yaml',
      'tool_calls: {per_minute: 0, user_sessions: 1.5, multipliers: {user: -1, admin: .inf}}',
      [
        'services/governance/rate-limits.yaml:1:80: tool_calls.multipliers.admin: is not a finite number (expected a finite number)',
      ],
    ],
    [
      'bounds of finite numbers',
      'services/governance/rate-limits.yaml',
      'tool_calls: {per_minute: 0, user_sessions: 1.5, multipliers: {user: -1}}',
      [
        'services/governance/rate-limits.yaml:1:26: tool_calls.per_minute: is out of bounds (expected at least 1)',
        'services/governance/rate-limits.yaml:1:44: tool_calls.user_sessions: is a number (expected a whole number)',
        'services/governance/rate-limits.yaml:1:69: tool_calls.multipliers.user: is out of bounds (expected more than 0)',
      ],
    ],
    [
      'an unknown role as a key and as a value',
      'services/governance/roles.yaml',
      'roles:\n  admn: {}\n',
      [
        `services/governance/roles.yaml:2:3: roles.admn: is not a known key (expected one of ${ROLE_NAMES}; did you mean "admin"?)`,
      ],
    ],
    [
      'an unknown role in a list',
      'services/mcp/one.yaml',
      server('    roles:\n      - admin\n      - usr\n'),
      [
        `services/mcp/one.yaml:6:9: mcp_servers.one.roles[1]: is not a known value (expected one of ${ROLE_NAMES}; did you mean "user"?)`,
      ],
    ],
    [
      'governance tampering switched off',
      'services/governance/blocklist.yaml',
      'categories:\n  governance_tampering:\n    enabled: false\n    exempt_roles: [admin]\n',
      [
        'services/governance/blocklist.yaml:3:14: categories.governance_tampering.enabled: cannot be switched off: an agent must not change what governs it (expected true)',
        'services/governance/blocklist.yaml:4:19: categories.governance_tampering.exempt_roles: cannot be switched off for a role: an agent must not change what governs it (expected at most 0 items)',
      ],
    ],
    [
      'an agent with a server that does not exist',
      'services/agents/helper.yaml',
      agent('    mcp_servers: [memory, filesytem]\n'),
      [
        'services/agents/helper.yaml:5:27: agents.helper.mcp_servers[1]: names the MCP server filesytem, which does not exist (expected one of gatehouse, everything, filesystem, memory; did you mean "filesystem"?)',
      ],
    ],
    [
      'an include of a file and of a folder that do not exist',
      'services/config/config.yaml',
      'includes:\n  - mcp/*.yaml\n  - agents/asociate_agent.yaml\n  - mpc/*.yaml\n',
      [
        'services/config/config.yaml:3:5: includes[1]: names services/agents/asociate_agent.yaml, which does not exist (did you mean "agents/associate_agent.yaml"?)',
        'services/config/config.yaml:4:5: includes[2]: names the folder mpc, which is not included (expected one of mcp, agents, export, compliance; did you mean "mcp"?)',
      ],
    ],
    [
      'an include that leads out of services',
      'services/config/config.yaml',
      'includes: [../../etc/passwd, /etc/x.yaml]\n',
      [
        'services/config/config.yaml:1:12: includes[0]: is not valid (expected a path below services/ such as mcp/filesystem.yaml or mcp/*.yaml)',
        'services/config/config.yaml:1:30: includes[1]: is not valid (expected a path below services/ such as mcp/filesystem.yaml or mcp/*.yaml)',
      ],
    ],
    [
      'a server name with the separator of tool names in it',
      'services/mcp/one.yaml',
      'mcp_servers:\n  a__b: {command: x}\n',
      [
        'services/mcp/one.yaml:2:3: mcp_servers.a__b: is not a valid name (expected letters and digits, with single _ or - between them, at most 48 characters)',
      ],
    ],
    [
      'a server that differs from another only in case',
      'services/mcp/one.yaml',
      'mcp_servers:\n  Memory: {command: x}\n',
      [
        'services/mcp/one.yaml:2:3: mcp_servers.Memory: differs only in case from memory at services/mcp/memory.yaml:3:3 (expected a name of its own)',
      ],
    ],
    [
      "a server of the operator's under the name of the one that Gatehouse has itself, and that one twice",
      'services/mcp/one.yaml',
      'mcp_servers:\n  GateHouse: {command: x}\nbuilt_in: {roles: [admin]}\n',
      [
        'services/mcp/one.yaml:2:3: mcp_servers.GateHouse: is the name of the server that Gatehouse has itself (expected another name)',
        'services/mcp/one.yaml:3:1: built_in: differs only in case from GateHouse at services/mcp/one.yaml:2:3 (expected a name of its own)',
      ],
    ],
    [
      'an agent given twice',
      'services/agents/helper.yaml',
      'agents:\n  developer_agent: {display_name: D, roles: [admin]}\n',
      [
        'services/agents/helper.yaml:2:3: agents.developer_agent: is already given at services/agents/developer_agent.yaml:3:3 (expected a name of its own)',
      ],
    ],
    [
      'a server that is nothing',
      'services/mcp/one.yaml',
      'mcp_servers:\n  one: {roles: [admin]}\n',
      ['services/mcp/one.yaml:2:3: mcp_servers.one: has no command (expected command, or url)'],
    ],
    [
      'what does not belong together',
      'services/mcp/one.yaml',
      'mcp_servers:\n  far:\n    url: https://example.test/mcp\n    headers: {X-Key: abc}\n    secrets: [KEY]\n  all: {command: x, isolation: shared}\n',
      [
        'services/mcp/one.yaml:5:5: mcp_servers.far.secrets: are variables of a command (expected the secret in headers)',
        'services/mcp/one.yaml:6:32: mcp_servers.all.isolation: is shared for a server that keeps something between calls (expected stateless: true beside it, or session)',
      ],
    ],
    [
      'a file that looks like configuration and is not read',
      'services/mcp/other.yml',
      server(''),
      [
        'services/mcp/other.yml:1:1: is not read under this name (expected a name of letters, digits and _ . - that ends in .yaml)',
      ],
    ],
    [
      'a permission that does not exist',
      'services/governance/roles.yaml',
      'roles: {user: {permissions: [audit:read]}}',
      [
        'services/governance/roles.yaml:1:30: roles.user.permissions[0]: is not a known value (expected one of *, …; did you mean "audit:read:self"?)',
      ],
    ],
  ])('tells %s with its place', async (_name, file, content, problems) => {
    const told = (await problemsOf(aCheckout({ [file]: content }))).map(shorten);
    expect(told).toEqual(problems.map(shorten));
  });

  it('tells all problems of all files at once, by file and place', async () => {
    const checkout = aCheckout({
      'services/mcp/one.yaml': server('    cagee: default\n    argz: []\n'),
      'services/agents/helper.yaml': agent('    enabeld: true\n'),
      'services/governance/secrets.yaml': 'monitor: maybe\n',
      'services/config/config.yaml': 'includes: [mcp/*.yaml, agents/*.yaml]\nsetings: {}\n',
    });
    checkout.remove('services/governance/roles.yaml');
    const places = (await problemsOf(checkout, { PORT: 'http' })).map((line) =>
      line.split(': ').slice(0, 2).join(' '),
    );
    expect(places).toEqual([
      'environment PORT',
      'services/agents/helper.yaml:5:5 agents.helper.enabeld',
      'services/config/config.yaml:2:1 setings',
      'services/governance/roles.yaml:1:1 does not exist',
      'services/governance/secrets.yaml:1:10 monitor',
      'services/mcp/one.yaml:4:5 mcp_servers.one.cagee',
      'services/mcp/one.yaml:5:5 mcp_servers.one.argz',
    ]);
  });

  it('tells what the schema can say and what it cannot in one go', async () => {
    const checkout = aCheckout({
      'services/mcp/one.yaml': server('    argz: []\n    args: [services]\n'),
      'services/mcp/two.yaml': 'mcp_servers: {ONE: {command: x, roles: [nobody]}}',
      'services/agents/helper.yaml': agent('    tols: []\n    mcp_servers: [one, nowhere]\n'),
    });
    expect((await problemsOf(checkout)).map((line) => line.split(': ').slice(0, 2).join(' '))).toEqual([
      'services/agents/helper.yaml:5:5 agents.helper.tols',
      'services/agents/helper.yaml:6:24 agents.helper.mcp_servers[1]',
      'services/mcp/one.yaml:4:5 mcp_servers.one.argz',
      'services/mcp/one.yaml:5:12 mcp_servers.one.args[0]',
      'services/mcp/two.yaml:1:15 mcp_servers.ONE',
      'services/mcp/two.yaml:1:41 mcp_servers.ONE.roles[0]',
    ]);
  });

  it('says at most a hundred things about a file, in reasonable time', async () => {
    const keys = Array.from({ length: 20_000 }, (_, i) => `k${i}: 1\n`).join('');
    expect(await problemsOf(aCheckout({ 'services/governance/secrets.yaml': keys }))).toHaveLength(100);
  });

  it('does not blame an agent for a server whose file is broken', async () => {
    const checkout = aCheckout({ 'services/mcp/memory.yaml': 'mcp_servers: {memory: {comand: x}}' });
    expect((await problemsOf(checkout)).every((line) => line.startsWith('services/mcp/memory.yaml'))).toBe(
      true,
    );
  });

  it('never repeats a value that was written', async () => {
    const canary = 'canary-4f9a';
    const checkout = aCheckout({
      'services/mcp/one.yaml': `mcp_servers:\n  one:\n    command: [${canary}]\n    env: {A: {b: ${canary}}}\n    isolation: ${canary}\n    url: ${canary}\n`,
      'services/governance/secrets.yaml': `monitor: "${canary}\n`,
      'services/governance/roles.yaml': `roles: ${canary}\n  x: [${canary}`,
      '.gatehouse/profiles/local.yaml': `database_url: mysql://u:${canary}@h/d\npublic_url: ${canary}\n`,
    });
    const told = await problemsOf(checkout, { DATABASE_URL: canary, PORT: canary });
    expect(told.length).toBeGreaterThanOrEqual(8);
    expect(told.join('\n')).not.toContain('canary');
  });

  it.each(['LD_PRELOAD', 'GATEHOUSE_CHILD'])('no tool is given %s', async (name) => {
    const told = await problemsOf(
      aCheckout({ 'services/mcp/one.yaml': server(`    secrets: {${name}: STORE_NAME}\n`) }),
    );
    expect(told).toEqual([
      `services/mcp/one.yaml:4:15: mcp_servers.one.secrets.${name}: is not for a tool to have (expected another variable)`,
    ]);
  });
});

/** The list of permissions is long and no part of the sentence. */
function shorten(line: string): string {
  return line.replace(/one of \*, [^;]*;/, 'one of *, …;');
}
