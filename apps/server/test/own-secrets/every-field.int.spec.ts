import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { aSecretWorld, type SecretWorld } from '../support/a-secret-world.ts';
import { sendCanary } from '../support/canary.ts';
import { CANARY_FIELDS } from '../support/canary-fields.ts';
import { everyTable } from '../support/every-table.ts';
import { plainRequest } from '../support/plain-request.ts';
import { printedOutput } from '../support/printed-output.ts';

/** Of no known kind, and of the alphabet of every identifier. */
const VALUE = 'q7Vd2mKx9Rw4Tz1Lb8Nf3Hc6';

let world: SecretWorld;
let token: string;
let mcpToken: string;
let printed: () => string;
beforeAll(async () => {
  printed = printedOutput();
  world = await aSecretWorld();
  await world.set('TOKEN', VALUE);
  await world.discovered;
  token = await world.token('admin@localhost');
  mcpToken = await world.token('admin@localhost', 'mcp/filesystem');
});
afterAll(async () => {
  await world.end();
  vi.restoreAllMocks();
});

/** The address that was asked for, which the answer has to name. */
const ECHOED = new Set(['mcp: server', 'mcp: metadata']);
/**
 * Names and reasons that somebody chose, and the tables that keep them. They are not held against own secrets: whether
 * one is kept would tell whoever guesses (T29). What of them comes into a row or a line is.
 */
const CHOSEN = /^(?:oauth|name|reason): /;
const TABLES_OF_NAMES = ['api_keys', 'ip_bans', 'oauth_clients', 'users'];
const shows = (text: string): boolean => text.includes(VALUE);

describe('an own secret in any field of any door', () => {
  it.each(CANARY_FIELDS)('is not in the answer: %s', async (field, sent) => {
    const isEchoed = ECHOED.has(field) || CHOSEN.test(field);
    const answered = await sendCanary({ port: world.port, token, mcpToken }, sent(VALUE));
    expect(shows(answered) && !isEchoed).toBe(false);
  });

  it('is in no column of any table but of those that keep names', async () => {
    const tables = await everyTable(world.sql);
    expect(tables.get('audit_log')!.split('\n').length).toBeGreaterThan(30);
    const showing = [...tables].filter(([, text]) => shows(text)).map(([name]) => name);
    expect(showing.filter((name) => !TABLES_OF_NAMES.includes(name))).toEqual([]);
  });

  it('is in no line that was printed, and in no metric', async () => {
    const { text } = await plainRequest(world.port, { path: '/metrics' });
    expect(text).toContain('gatehouse_decisions_total');
    expect([shows(printed()), shows(text)]).toEqual([false, false]);
  });
});
