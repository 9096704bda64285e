import type {
  AgentConfig,
  GovernancePolicyDocument,
  McpServerConfig,
  NameLists,
  RolePolicy,
} from '@gatehouse/config';
import type { Principal } from '@gatehouse/identity';
import { ROLES } from '@gatehouse/kernel';
import { describe, expect, it } from 'vitest';
import { ToolAccess } from './tool-access.ts';

const OPEN: NameLists = { allow: ['*'], deny: [] };
const lists = (more: Partial<RolePolicy> = {}): RolePolicy => ({
  allow: ['*'],
  deny: [],
  permissions: [],
  mcp_servers: OPEN,
  agents: OPEN,
  ...more,
});

const SERVERS = new Map(
  ['filesystem', 'memory'].map((name) => [name, { name, roles: ['user'], departments: [] }]),
) as unknown as ReadonlyMap<string, McpServerConfig>;

const AGENT = {
  id: 'helper',
  roles: ['user'],
  tools: ['*'],
  mcpServers: [],
  enabled: true,
} as unknown as AgentConfig;

interface Case {
  readonly role?: Partial<RolePolicy>;
  readonly department?: Partial<RolePolicy>;
  readonly member?: string | null;
  readonly agent?: boolean;
  readonly action: string;
  readonly server?: string;
}

function allowed({
  role = {},
  department,
  member = 'finance',
  agent = false,
  action,
  server,
}: Case): boolean {
  const roles = {
    roles: Object.fromEntries(ROLES.map((name) => [name, lists(name === 'user' ? role : { allow: [] })])),
    departments: department === undefined ? {} : { finance: lists(department) },
  };
  const access = new ToolAccess({ roles } as unknown as GovernancePolicyDocument, SERVERS);
  const principal = {
    role: 'user',
    department: member,
    agentId: agent ? AGENT.id : null,
    agents: agent ? [AGENT] : [],
  } as unknown as Principal;
  return access.mayCall(principal, action, server ?? null).allowed;
}

const READ = 'mcp__filesystem__read';

describe('a department of roles.yaml', () => {
  it.each<[string, Case, boolean]>([
    ['that is not listed changes nothing', { action: 'Read' }, true],
    ['that denies a tool denies it', { department: { deny: ['Bash'] }, action: 'Bash' }, false],
    ['that denies a tool leaves others', { department: { deny: ['Bash'] }, action: 'Read' }, true],
    [
      'that denies beats its own allow',
      { department: { allow: ['Bash'], deny: ['B*'] }, action: 'Bash' },
      false,
    ],
    [
      'that denies beats the role',
      { role: { allow: ['Bash'] }, department: { deny: ['*'] }, action: 'Bash' },
      false,
    ],
    [
      'gives nothing that the role lacks',
      { role: { allow: ['Read'] }, department: {}, action: 'Bash' },
      false,
    ],
    [
      'gives nothing that the role denies',
      { role: { deny: ['Bash'] }, department: {}, action: 'Bash' },
      false,
    ],
    ['that allows some allows no others', { department: { allow: ['Read'] }, action: 'Bash' }, false],
    ['is its members’ alone', { department: { deny: ['*'] }, member: 'support', action: 'Bash' }, true],
    ['is nobody’s who has none', { department: { deny: ['*'] }, member: null, action: 'Bash' }, true],
    ['is no property of every object', { member: 'constructor', action: 'Bash' }, true],
  ])('%s', (_what, given, wanted) => {
    expect(allowed(given)).toBe(wanted);
  });
});

describe('lists of MCP servers and agents', () => {
  const closed: NameLists = { allow: ['*'], deny: ['filesystem'] };
  const only: NameLists = { allow: ['memory'], deny: [] };
  const noHelper: NameLists = { allow: ['*'], deny: ['help*'] };

  it.each<[string, Case, boolean]>([
    ['open every server where they are left out', { action: READ, server: 'filesystem' }, true],
    [
      'close a server to a role',
      { role: { mcp_servers: closed }, action: READ, server: 'filesystem' },
      false,
    ],
    [
      'close a server to a department',
      { department: { mcp_servers: closed }, action: READ, server: 'filesystem' },
      false,
    ],
    [
      'leave the other servers',
      { department: { mcp_servers: closed }, action: 'mcp__memory__a', server: 'memory' },
      true,
    ],
    [
      'open named servers alone',
      { department: { mcp_servers: only }, action: READ, server: 'filesystem' },
      false,
    ],
    ['say nothing of client tools', { department: { mcp_servers: only }, action: 'Read' }, true],
    ['give an agent where they are left out', { agent: true, action: 'Read' }, true],
    ['take an agent from a role', { role: { agents: noHelper }, agent: true, action: 'Read' }, false],
    [
      'take an agent from a department',
      { department: { agents: noHelper }, agent: true, action: 'Read' },
      false,
    ],
    ['say nothing of the user without it', { department: { agents: noHelper }, action: 'Read' }, true],
  ])('%s', (_what, given, wanted) => {
    expect(allowed(given)).toBe(wanted);
  });
});
