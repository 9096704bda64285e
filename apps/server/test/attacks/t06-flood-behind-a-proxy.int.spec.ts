import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aServer, type TestServer } from '../support/a-server.ts';
import { preToolUse } from '../support/hook-client.ts';

/*
 * Everybody comes by one proxy, which the profile trusts. Who floods waits, or is turned away where two wait already; the
 * networks behind the same proxy are none the worse for it.
 */
const FLOODING = '203.0.113.7';
const QUIET = '198.51.100.7';
const LEAVING = '192.0.2.7';
const AT_ONCE = 20;

let server: TestServer;
beforeAll(async () => {
  server = await aServer({
    unknownCallers: { perSecond: 100, places: 2 },
    configure: (configuration) => ({
      ...configuration,
      profile: { ...configuration.profile, trustedProxies: ['127.0.0.1'] },
    }),
  });
  await server.discovered;
});
afterAll(() => server.end());

const health = (from: string) =>
  fetch(`http://127.0.0.1:${server.port}/healthz`, { headers: { 'x-forwarded-for': from } });

async function govern(from: string, token = 'garbage'): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${server.port}/api/v1/hooks/govern`, {
    method: 'POST',
    headers: {
      'x-forwarded-for': from,
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify(preToolUse('Read', { file_path: '/srv/a' })),
  });
  return response.text();
}

const atOnce = <T>(ask: () => Promise<T>, times = AT_ONCE) => Promise.all(Array.from({ length: times }, ask));
const TURNED_AWAY = 'Too many callers without a valid credential.';

describe('behind a proxy', () => {
  it('a network that floods what needs no credential waits alone', async () => {
    for (let i = 0; i < 600 / AT_ONCE; i += 1) await atOnce(() => health(FLOODING));
    const flooding = await atOnce(() => health(FLOODING));
    expect(flooding.some(({ status }) => status === 429)).toBe(true);
    const quiet = await atOnce(() => health(QUIET));
    expect(new Set(quiet.map(({ status }) => status))).toEqual(new Set([200]));
  });

  it('a network that floods a door without a credential waits alone', async () => {
    for (let i = 0; i < 60 / AT_ONCE; i += 1) await atOnce(() => govern(FLOODING));
    const flooding = await atOnce(() => govern(FLOODING));
    expect(flooding.some((answer) => answer.includes(TURNED_AWAY))).toBe(true);
    const quiet = await atOnce(() => govern(QUIET));
    expect(quiet.filter((answer) => answer.includes(TURNED_AWAY))).toEqual([]);
    const token = await server.token('admin@localhost');
    expect(await govern(FLOODING, token)).toContain('"permissionDecision":"allow"');
  });

  it('those who are turned away leave at a rate of their own', async () => {
    for (let i = 0; i < 60 / AT_ONCE; i += 1) await atOnce(() => govern(LEAVING));
    const startedAt = performance.now();
    const answers = await atOnce(() => govern(LEAVING), 400);
    // A hundred a second through the line, and from a second later on a hundred a second out of it.
    expect(performance.now() - startedAt).toBeGreaterThan(2200);
    expect(answers.filter((answer) => !answer.includes('"permissionDecision":"deny"'))).toEqual([]);
  });
});
