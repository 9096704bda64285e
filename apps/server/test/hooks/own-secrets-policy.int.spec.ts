import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aCheckout, type TestCheckout } from '../support/a-checkout.ts';
import { aServer, type TestServer } from '../support/a-server.ts';
import { postHook, preToolUse } from '../support/hook-client.ts';

const OWN = `acme_${'h4jk8lm2nb'.repeat(2)}`;
const PATTERN = "patterns: [{id: acme, description: ACME token, pattern: 'acme_[a-z0-9]{20}'}]\n";

let checkout: TestCheckout;
let server: TestServer;
let token: string;
beforeAll(async () => {
  checkout = await aCheckout();
  server = await aServer({ tools: false, root: checkout.root });
  token = await server.token('maya@example.test');
  await server.discovered;
});
afterAll(async () => {
  await server.end();
  await checkout.remove();
});

async function decided(command = `echo ${OWN}`): Promise<string | undefined> {
  const { body } = await postHook(server, token, preToolUse('Bash', { command }));
  return body.hookSpecificOutput?.permissionDecision;
}

async function lastRow(): Promise<string> {
  const { rows } = await server.sql.query<{ row: string }>(
    "select evaluation::text as row from audit_log where event = 'tool_call.decided' order by id desc limit 1",
  );
  return rows[0]!.row;
}

describe('a change of secrets.yaml', () => {
  it('finds and redacts a credential of the operator from the moment on in which it applies', async () => {
    expect(await decided()).toBe('allow');
    await checkout.writePolicy('secrets.yaml', PATTERN);
    await expect.poll(() => decided()).toBe('deny');
    expect(await lastRow()).toContain('[REDACTED:own-acme]');
    expect(await lastRow()).not.toContain(OWN);
  });

  it('lets pass and records what is watched', async () => {
    await checkout.writePolicy('secrets.yaml', `monitor: true\n${PATTERN}`);
    await expect.poll(() => decided()).toBe('allow');
    expect(await lastRow()).toContain('"result":"warn"');
    expect(await lastRow()).toContain('"rule":"own-acme"');
    expect(await lastRow()).not.toContain(OWN);
  });

  it('lets pass what is accepted until its last day, and keeps the row redacted', async () => {
    const allow = (until: string) =>
      `${PATTERN}allow: [{rule: own-acme, until: ${until}, reason: a shared test value}]\n`;
    await checkout.writePolicy('secrets.yaml', allow('2020-01-01'));
    await expect.poll(() => decided()).toBe('deny');
    await checkout.writePolicy('secrets.yaml', allow('2099-12-31'));
    await expect.poll(() => decided()).toBe('allow');
    expect(await lastRow()).not.toContain(OWN);
  });

  it('changes nothing when a pattern may take more than linear time', async () => {
    await checkout.writePolicy('secrets.yaml', PATTERN);
    await expect.poll(() => decided()).toBe('deny');
    await checkout.writePolicy('secrets.yaml', PATTERN.replace('{20}', '+'));
    await expect
      .poll(
        async () =>
          (
            await server.sql.query(
              "select 1 from audit_log where event = 'policy.changed' and evaluation->'detail'->>'outcome' = 'refused'",
            )
          ).rowCount,
        { timeout: 5000 },
      )
      .toBe(1);
    expect(await decided()).toBe('deny');
  });
});
