import type { Configuration } from '@gatehouse/config';
import type { JsonValue } from '@gatehouse/kernel';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { aServer, type TestServer } from '../support/a-server.ts';
import { plainRequest } from '../support/plain-request.ts';
import { printedOutput } from '../support/printed-output.ts';
import { tablesWithCanary } from './canary-search.ts';
import { CANARY, damaged, damagedBytes, FUZZ, hostileText, hostileValue } from './hostile-values.ts';

/*
 * Every field of a hook's request, hostile. Each case sends a dozen such requests together with two harmless calls of
 * somebody else, so that they meet in one batch of rows.
 */
const withoutLimits = (configuration: Configuration): Configuration => {
  const { services } = configuration;
  const rateLimits = { ...services.governance.rateLimits, perMinute: 1_000_000 };
  return {
    ...configuration,
    profile: { ...configuration.profile, logLevel: 'debug' },
    services: { ...services, governance: { ...services.governance, rateLimits } },
  };
};

const HOOK: Readonly<Record<string, JsonValue>> = {
  hook_event_name: 'PreToolUse',
  session_id: 'client-session',
  transcript_path: '/tmp/transcript.jsonl',
  cwd: '/home/maya/project',
  permission_mode: 'default',
  tool_name: 'Read',
  tool_input: { file_path: 'a.txt' },
  tool_use_id: 'toolu_1',
  agent_id: 'a1',
  model: 'm1',
  tool_response: { out: 'text' },
};
const EVENTS = ['PreToolUse', 'PostToolUse', 'PostToolUseFailure', 'SessionStart', 'UserPromptSubmit', 'New'];

interface Sent {
  readonly path: string;
  readonly body: string | Buffer;
  readonly headers: Record<string, string>;
}

const route = fc.constantFrom('govern', 'govern', 'govern?on_allow=none', 'track');
/** What a client may put into a header: no line ends, no wide characters. */
const headerText = hostileText.map((text) => text.replaceAll(/[^\t\x20-\x7e]/g, '?').slice(0, 500));
const headers = fc.record(
  {
    traceparent: fc.oneof(headerText, fc.constant(`00-${'ab'.repeat(16)}-00f067aa0ba902b7-01`)),
    'user-agent': headerText,
    'x-gatehouse-client': headerText,
    'x-gatehouse-nonce': headerText,
    'x-gatehouse-device': headerText,
    'x-gatehouse-settings': headerText,
    'x-anything': headerText,
  },
  { requiredKeys: [] },
);
const body: fc.Arbitrary<string | Buffer> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .constantFrom(...EVENTS)
      .chain((name) => damaged({ ...HOOK, hook_event_name: name }).map((hook) => JSON.stringify(hook))),
  },
  { weight: 1, arbitrary: hostileValue.map((value) => JSON.stringify(value)) },
  { weight: 2, arbitrary: damagedBytes(JSON.stringify(HOOK)) },
);
const request: fc.Arbitrary<Sent> = fc.record({
  path: route.map((name) => `/api/v1/hooks/${name}`),
  body,
  headers: headers as fc.Arbitrary<Record<string, string>>,
});

let server: TestServer;
let hostile: string;
let harmless: string;
let said: () => string;
let answers = '';
let sent = 0;

beforeAll(async () => {
  said = printedOutput();
  server = await aServer({ tools: false, configure: withoutLimits });
  hostile = await server.token('admin@localhost', 'hooks');
  harmless = await server.token('maya@example.test', 'hooks');
  await server.discovered;
});
afterAll(async () => {
  vi.restoreAllMocks();
  await server.end();
});

async function post({ path, body, headers }: Sent, token: string) {
  const answer = await plainRequest(server.port, {
    method: 'POST',
    path,
    headers: { ...headers, authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: body as string,
  });
  answers += answer.text + JSON.stringify(answer.headers);
  return answer;
}

const aHarmlessCall = (): Sent => ({ path: '/api/v1/hooks/govern', body: JSON.stringify(HOOK), headers: {} });

describe('a hook request of which any field is hostile', () => {
  it('is answered as a hook, and takes no call of others with it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(request, { minLength: 8, maxLength: 12 }), async (hostiles) => {
        sent += hostiles.length + 2;
        const [one, other, ...rest] = await Promise.all([
          post(aHarmlessCall(), harmless),
          post(aHarmlessCall(), harmless),
          ...hostiles.map((one) => post(one, hostile)),
        ]);
        for (const { text } of [one!, other!]) expect(text).toContain('"permissionDecision":"allow"');
        for (const [i, { status, text }] of rest.entries()) {
          const isGovern = hostiles[i]!.path.includes('/govern');
          expect(isGovern ? [200] : [200, 400]).toContain(status);
          expect(typeof JSON.parse(text)).toBe('object');
          expect(text).not.toMatch(/internal_error|audit_unavailable|INTERNAL_ERROR| at .*\.[jt]s:\d/);
        }
      }),
      FUZZ,
    );
  });

  it('is accounted for by one row each', async () => {
    const { rows } = await server.sql.query<{ event: string; n: number }>(
      `select event, count(*)::int as n from audit_log group by event`,
    );
    const counts = new Map(rows.map(({ event, n }) => [event, n]));
    expect(counts.get('audit.gap')).toBeUndefined();
    const events = [
      'tool_call.decided',
      'tool_call.completed',
      'request.rejected',
      'client.event',
      'hook.bypassed',
    ];
    const total = events.reduce((sum, event) => sum + (counts.get(event) ?? 0), 0);
    expect({ total, counts }).toMatchObject({ total: sent });
  });

  it('leaves no credential in an answer, a column or a log line', async () => {
    expect(answers).not.toContain(CANARY.found);
    expect(await tablesWithCanary(server.sql)).toEqual([]);
    expect(said()).not.toContain(CANARY.found);
    expect(said()).not.toMatch(/"level":50/);
  });
});
