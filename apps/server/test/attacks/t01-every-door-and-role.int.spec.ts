import { join } from 'node:path';
import type { Configuration } from '@gatehouse/config';
import { AccessTokens, type Resource, type Session, Sessions, Users } from '@gatehouse/identity';
import { ROLES } from '@gatehouse/kernel';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RawClient, textOf } from '../mcp/an-mcp-client.ts';
import { aServer, type TestServer } from '../support/a-server.ts';
import { postHook, preToolUse } from '../support/hook-client.ts';

/** Whom a credential can be of. */
const KNOWN = ROLES.filter((role) => role !== 'anonymous');

/** Nothing but the blocklist is in anybody's way. */
function open(configuration: Configuration): Configuration {
  const { services } = configuration;
  const { governance } = services;
  const roles = { ...governance.roles.roles };
  for (const role of KNOWN) roles[role] = { ...roles[role], allow: ['*'] };
  const mcpServers = new Map(
    [...services.mcpServers].map(([name, server]) => [name, { ...server, roles: [...KNOWN] }]),
  );
  return {
    ...configuration,
    services: {
      ...services,
      mcpServers,
      governance: { ...governance, roles: { ...governance.roles, roles } },
    },
  };
}

let server: TestServer;
const sessions = new Map<string, Session>();
beforeAll(async () => {
  server = await aServer({ configure: open });
  for (const role of KNOWN) {
    const { id } = await server.app.get(Users).create({ email: `${role}@t01.test`, role });
    sessions.set(role, await server.app.get(Sessions).open({ userId: id, clientId: 'test' }));
  }
  await server.discovered;
});
afterAll(() => server.end());

const token = (role: string, resource: Resource) =>
  server.app.get(AccessTokens).issue({ session: sessions.get(role)!, resource });

async function throughHook(role: string, tool: string, input: object): Promise<string> {
  const { body } = await postHook(server, await token(role, 'hooks'), preToolUse(tool, input));
  return body.hookSpecificOutput?.permissionDecisionReason ?? 'allowed';
}

/** A client of one of the servers, for one role; each call says what came back. */
async function throughMcp(role: string, name: string) {
  const client = new RawClient(server, name, await token(role, `mcp/${name}`));
  await client.initialize();
  return async (tool: string, input: Record<string, string>) => textOf(await client.call(tool, input));
}

const places = (): readonly string[] => {
  const { keyDir, stateDir, servicesDir } = server.configuration.installation;
  return [
    join(keyDir, 'token-signing'),
    join(stateDir, 'profiles/local.yaml'),
    join(servicesDir, 'governance/roles.yaml'),
    '~/.claude/settings.json',
    '/etc/claude-code/managed-settings.json',
  ];
};
const COMMANDS = [
  'npx gatehouse admin users role set maya@example.test admin',
  '/opt/gatehouse/apps/cli/bin/gatehouse admin session login --email admin@localhost --token-only',
];

describe.each(KNOWN)('an agent of the role %s', (role) => {
  it('is denied the commands of the operator by hook and by any tool of a server that takes one', async () => {
    const everything = await throughMcp(role, 'everything');
    for (const command of COMMANDS) {
      expect(await throughHook(role, 'Bash', { command })).toMatch(/\(blocklisted\)$/);
      expect(await throughHook(role, 'mcp__everything__echo', { command })).toMatch(/\(blocklisted\)$/);
      expect(await everything('echo', { command, message: 'hi' })).toMatch(/\(blocklisted\)/);
    }
    expect(await everything('echo', { message: 'hi' })).toContain('hi');
  });

  it('is denied state, keys, policies and hook settings by file tools of the client and of a server', async () => {
    const filesystem = await throughMcp(role, 'filesystem');
    for (const path of places()) {
      expect([path, await throughHook(role, 'Read', { file_path: path })]).toEqual([path, DENIED]);
      expect([path, await throughHook(role, 'Write', { file_path: path, content: 'x' })]).toEqual([
        path,
        DENIED,
      ]);
      expect([path, await filesystem('read_text_file', { path })]).toEqual([path, DENIED]);
      expect([path, await filesystem('write_file', { path, content: 'x' })]).toEqual([path, DENIED]);
      expect([path, await filesystem('move_file', { source: path, destination: '/tmp/x' })]).toEqual([
        path,
        DENIED,
      ]);
    }
    expect(await throughHook(role, 'Read', { file_path: '/srv/notes.txt' })).toBe('allowed');
  });
});

const DENIED = expect.stringMatching(/\(blocklisted\)/) as string;
