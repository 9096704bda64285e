import { CredentialResolver } from '@gatehouse/identity';
import * as client from 'openid-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestBrowser } from '../oauth/a-browser.ts';
import { aRegisteredClient, tokenRequest } from '../oauth/an-issuer.ts';
import type { TestServer } from '../support/a-server.ts';
import {
  anAuthorizationFlow,
  idOf,
  redemption,
  refresh,
  takeCode,
} from '../support/an-authorization-flow.ts';

let server: TestServer;
let browser: TestBrowser;
let config: client.Configuration;
beforeAll(async () => {
  ({ server, browser, config } = await anAuthorizationFlow());
});
afterAll(() => server.end());

const resolve = (token: string) => server.app.get(CredentialResolver).resolve(token, 'mcp/everything');
const aCode = (of: client.Configuration) => takeCode({ server, browser }, of);
const live = async (answers: readonly { readonly body: Record<string, unknown> }[]) => {
  const tokens = answers.flatMap(({ body }) =>
    typeof body.access_token === 'string' ? [body.access_token] : [],
  );
  const outcomes = await Promise.all(tokens.map(async (token) => resolve(token)));
  return outcomes.filter(({ ok }) => ok).length;
};

describe('one code, one refresh token', () => {
  it('sent a hundred times at once, gives one live token at most, and what came of it ends', async () => {
    const fields = redemption(config, await aCode(config));
    const answers = await Promise.all(Array.from({ length: 100 }, () => tokenRequest(server, fields)));
    expect(answers.filter(({ status }) => status === 200).length).toBeLessThanOrEqual(1);
    expect(await live(answers)).toBe(0);
    for (const { body } of answers.filter(({ status }) => status === 200)) {
      expect((await tokenRequest(server, refresh(config, body.refresh_token))).status).toBe(400);
    }
  });

  it('rotates; the old one used again, once or a hundred times at once, ends the family', async () => {
    const first = await tokenRequest(server, redemption(config, await aCode(config)));
    const second = await tokenRequest(server, refresh(config, first.body.refresh_token));
    expect(second.status).toBe(200);
    expect(await live([first, second])).toBe(2);
    expect((await tokenRequest(server, refresh(config, first.body.refresh_token))).body).toMatchObject({
      error: 'invalid_grant',
    });
    expect(await live([first, second])).toBe(0);
    expect((await tokenRequest(server, refresh(config, second.body.refresh_token))).status).toBe(400);

    const again = await tokenRequest(server, redemption(config, await aCode(config)));
    const answers = await Promise.all(
      Array.from({ length: 100 }, () => tokenRequest(server, refresh(config, again.body.refresh_token))),
    );
    expect(answers.filter(({ status }) => status === 200).length).toBeLessThanOrEqual(1);
    expect(await live([again, ...answers])).toBe(0);
  });

  it('of no mixed sequence of redemption, refresh and replay are two left alive', async () => {
    for (let round = 0; round < 4; round += 1) {
      const fields = redemption(config, await aCode(config));
      const first = await tokenRequest(server, fields);
      const steps = [
        fields,
        refresh(config, first.body.refresh_token),
        refresh(config, first.body.refresh_token),
        fields,
      ];
      const order = steps.map((_step, at) => steps[(at + round) % steps.length]!);
      const answers = [first, ...(await Promise.all(order.map((step) => tokenRequest(server, step))))];
      expect(await live(answers)).toBe(0);
      await server.sql.query("update sessions set created_at = created_at - interval '2 minutes'");
    }
  });

  it('is redeemed by its own client alone, at its own address, with its own verifier', async () => {
    const other = await aRegisteredClient(server);
    const taken = await aCode(config);
    const good = redemption(config, taken);
    for (const wrong of [
      { ...good, client_id: idOf(other) },
      { ...good, code_verifier: client.randomPKCECodeVerifier() },
      { ...good, redirect_uri: 'http://127.0.0.1:33419/callback' },
      { ...good, code: good.code.slice(0, -1) + (good.code.endsWith('A') ? 'B' : 'A') },
    ])
      expect((await tokenRequest(server, wrong)).status, JSON.stringify(wrong)).toBe(400);
    const { code_verifier: _left, ...without } = good;
    expect((await tokenRequest(server, without)).status).toBe(400);
    const rows = await server.sql.query(
      "select from audit_log where event = 'request.rejected' and action = 'POST /oauth/token' and policy = 'token_invalid'",
    );
    expect(rows.rowCount).toBeGreaterThan(0);
  });

  it('is stored as a hash, and so is a client’s secret', async () => {
    const confidential = await aRegisteredClient(server, {
      token_endpoint_auth_method: 'client_secret_post',
    });
    const secret = String(confidential.clientMetadata().client_secret);
    const { code } = await aCode(confidential);
    const dump = await server.sql.query<{ text: string }>(
      `select row_to_json(r)::text as text from oauth_records r union all
       select row_to_json(c)::text from oauth_clients c union all select row_to_json(a)::text from audit_log a`,
    );
    const stored = dump.rows.map(({ text }) => text).join('\n');
    for (const text of [code, secret]) expect(stored.includes(text)).toBe(false);
  });
});
