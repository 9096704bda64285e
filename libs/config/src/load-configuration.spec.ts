import { mkdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { aCheckout } from '../test/a-checkout.ts';
import { loadConfiguration } from './load-configuration.ts';

const server = (lines: string) => `mcp_servers:\n  one:\n    command: true-program\n${lines}`;

describe('loadConfiguration', () => {
  it('reads the shipped configuration and fills in the defaults', async () => {
    const checkout = aCheckout({ 'services/mcp/plain.yaml': 'mcp_servers: {plain: {command: run-it}}' });
    const { services, profile } = await loadConfiguration(checkout);
    expect([...services.mcpServers.keys()]).toEqual([
      'everything',
      'filesystem',
      'memory',
      'plain',
      'gatehouse',
    ]);
    expect(services.mcpServers.get('plain')).toEqual({
      ...services.mcpServers.get('filesystem'),
      name: 'plain',
      command: 'run-it',
      args: [],
      source: { file: 'services/mcp/plain.yaml', line: 1 },
    });
    expect(services.mcpServers.get('plain')?.notEnforced).toEqual([]);
    expect(services.agents.get('associate_agent')).toMatchObject({
      tools: ['Read', 'Grep'],
      mcpServers: ['filesystem', 'gatehouse'],
      enabled: true,
    });
    expect(services.governance.rateLimits).toEqual({
      perMinute: 300,
      userSessions: 4,
      multipliers: { admin: 10, user: 1, service: 5, a2a: 5, mcp: 5, anonymous: 0.5 },
    });
    expect(profile).toMatchObject({ name: 'local', mode: 'evaluation', port: 8080, databaseUrl: null });
  });

  it('freezes what it returns', async () => {
    const { services } = await loadConfiguration(aCheckout());
    const memory = services.mcpServers.get('memory')!;
    expect(() => Object.assign(memory, { roles: ['anonymous'] })).toThrow(TypeError);
    expect(() => Object.assign(services.governance.roles.roles.user, { deny: [] })).toThrow(TypeError);
  });

  it('has no upper bound for calls a minute', async () => {
    const checkout = aCheckout({
      'services/governance/rate-limits.yaml': 'tool_calls: {per_minute: 1000000000000000}',
    });
    expect((await loadConfiguration(checkout)).services.governance.rateLimits.perMinute).toBe(1e15);
  });

  it('a listed secret that nobody has set yet is no error', async () => {
    const checkout = aCheckout({ 'services/mcp/one.yaml': server('    secrets: {TOKEN: STORE_NAME}\n') });
    expect((await loadConfiguration(checkout)).services.mcpServers.get('one')?.secrets).toEqual({
      TOKEN: 'STORE_NAME',
    });
  });

  it('has the server that Gatehouse has itself, as it is by itself or as a file says', async () => {
    const { services } = await loadConfiguration(aCheckout());
    expect(services.mcpServers.get('gatehouse')).toMatchObject({
      builtIn: { commands: false },
      command: null,
      url: null,
      roles: ['admin', 'user', 'service', 'a2a', 'mcp'],
    });
    const text = 'built_in: {roles: [admin], commands: true}';
    const told = await loadConfiguration(aCheckout({ 'services/mcp/own.yaml': text }));
    expect([...told.services.mcpServers.values()].at(-1)).toMatchObject({
      name: 'gatehouse',
      builtIn: { commands: true },
      roles: ['admin'],
      source: { file: 'services/mcp/own.yaml', line: 1 },
    });
  });

  it('works without servers and agents', async () => {
    const checkout = aCheckout();
    checkout.remove('services/mcp');
    checkout.remove('services/agents');
    mkdirSync(checkout.path('services/agents'));
    const { services } = await loadConfiguration(checkout);
    expect([[...services.mcpServers.keys()], services.agents.size]).toEqual([['gatehouse'], 0]);
  });
});
