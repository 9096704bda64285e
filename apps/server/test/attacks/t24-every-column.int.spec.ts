import type { Configuration } from '@gatehouse/config';
import { Users } from '@gatehouse/identity';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { aServer, type TestServer } from '../support/a-server.ts';
import { bodyOf, canaryOf, sendCanary } from '../support/canary.ts';
import { CANARY_FIELDS } from '../support/canary-fields.ts';
import { everyTable } from '../support/every-table.ts';
import { plainRequest } from '../support/plain-request.ts';
import { printedOutput } from '../support/printed-output.ts';

/** Says most, and lets people of one domain ask to be let in. */
const debugging = (configuration: Configuration): Configuration => {
  const { profile, services } = configuration;
  const registration = { ...services.settings.registration, domains: ['example.test'] };
  return {
    ...configuration,
    profile: { ...profile, logLevel: 'debug' },
    services: { ...services, settings: { ...services.settings, registration } },
  };
};

let server: TestServer;
let token: string;
let mcpToken: string;
let said: () => string;

beforeAll(async () => {
  said = printedOutput();
  server = await aServer({ configure: debugging });
  token = await server.token('admin@localhost');
  mcpToken = await server.token('admin@localhost', 'mcp/filesystem');
  await server.app.get(Users).create({ email: 'service@example.test', role: 'service' });
  await server.discovered;
});
afterAll(async () => {
  await server.end();
  vi.restoreAllMocks();
});

/** What a canary may look like where a byte of it got through: as it is, in small letters as addresses are, or in base64. */
function leaks(text: string, field: string): boolean {
  const canary = canaryOf(field);
  return (
    text.includes(bodyOf(canary)) ||
    text.includes(bodyOf(canary).toLowerCase()) ||
    text.includes(Buffer.from(`a:${canary}`).toString('base64').slice(8, 40))
  );
}

/** Names that the text is not to show, and does. */
function leaking(text: string): string[] {
  return CANARY_FIELDS.map(([field]) => field).filter((field) => leaks(text, field));
}

/** The protocol has an answer name the address that was asked for: it tells the caller nothing that is not theirs. */
const ECHOED = new Set(['mcp: server', 'mcp: metadata']);

describe('a credential in any field of any door', () => {
  it('is in no answer', async () => {
    const answered: string[] = [];
    for (const [field, sent] of CANARY_FIELDS) {
      if (
        leaks(await sendCanary({ port: server.port, token, mcpToken }, sent(canaryOf(field))), field) &&
        !ECHOED.has(field)
      )
        answered.push(field);
    }
    expect(answered).toEqual([]);
  });

  it('is in no column of any table', async () => {
    const tables = await everyTable(server.sql);
    for (const name of ['audit_log', 'logs', 'users', 'sessions', 'api_keys', 'oauth_clients', 'ip_bans'])
      expect([...tables.keys()]).toContain(name);
    expect(tables.get('audit_log')!.split('\n').length).toBeGreaterThan(20);
    const found = [...tables].flatMap(([name, text]) => leaking(text).map((field) => `${name}: ${field}`));
    expect(found).toEqual([]);
  });

  it('is in no line that was logged, at the level that tells most', () => {
    expect(said().length).toBeGreaterThan(0);
    expect(leaking(said())).toEqual([]);
  });

  it('is in no metric', async () => {
    const { text } = await plainRequest(server.port, { path: '/metrics' });
    expect(text).toContain('gatehouse_decisions_total');
    expect(leaking(text)).toEqual([]);
  });
});
