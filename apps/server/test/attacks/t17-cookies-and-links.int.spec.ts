import { LoginLinks } from '@gatehouse/identity';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fieldOf, PlainBrowser } from '../login/a-browser.ts';
import { aServer, type TestServer } from '../support/a-server.ts';
import { preToolUse } from '../support/hook-client.ts';
import { plainRequest } from '../support/plain-request.ts';
import { everyRoute, isWrite } from '../support/routes.ts';

let server: TestServer;
beforeAll(async () => {
  server = await aServer({ tools: false });
  await server.discovered;
});
afterAll(() => server.end());

const HOOK = JSON.stringify(preToolUse('Read', { file_path: 'a.txt' }));

const pathOf = (link: string) => {
  const url = new URL(link);
  return `${url.pathname}${url.search}`;
};

describe('the link of the first administrator', () => {
  it('is spent by the form of its page alone, and once', async () => {
    const path = pathOf(server.firstAdminLink!.reveal());
    for (const method of ['GET', 'HEAD', 'GET']) {
      const looked = await plainRequest(server.port, { method, path });
      expect([looked.status, looked.headers['set-cookie']]).toEqual([200, undefined]);
    }
    const visitor = new PlainBrowser(server.port);
    const code = fieldOf(await visitor.open(path), 'code');
    expect((await visitor.post('/login/link', { code })).status).toBe(200);
    expect((await visitor.open('/login')).text).toContain('role admin');
    const again = await new PlainBrowser(server.port).post('/login/link', { code });
    expect([again.status, again.headers['set-cookie']]).toEqual([403, undefined]);
  });

  it('is good for ten minutes', async () => {
    const fresh = await aServer({ tools: false });
    try {
      await fresh.discovered;
      const { rows } = await fresh.sql.query<{ seconds: number }>(
        'select extract(epoch from expires_at - created_at)::int as seconds from login_links',
      );
      expect(rows).toEqual([{ seconds: 600 }]);
      await fresh.sql.query(
        "update login_links set created_at = created_at - interval '11 minutes', expires_at = expires_at - interval '11 minutes'",
      );
      const visitor = new PlainBrowser(fresh.port);
      const code = fieldOf(await visitor.open(pathOf(fresh.firstAdminLink!.reveal())), 'code');
      const late = await visitor.post('/login/link', { code });
      expect([late.status, late.headers['set-cookie']]).toEqual([403, undefined]);
    } finally {
      await fresh.end();
    }
  });
});

describe('the cookie of a browser', () => {
  it('is strict, out of reach of scripts, and never enough alone for a write or a call, at any door', async () => {
    const visitor = new PlainBrowser(server.port);
    const link = (await server.app.get(LoginLinks).create('maya@example.test')).url.reveal();
    const code = fieldOf(await visitor.open(pathOf(link)), 'code');
    const answer = await visitor.post('/login/link', { code });
    const [line, ...more] = answer.headers['set-cookie'] ?? [];
    expect(line).toMatch(/; HttpOnly; SameSite=Strict$/);
    expect(more).toEqual([]);
    const routes = (await everyRoute(server.port)).filter(({ path }) => /^\/(?:api\/v1|mcp)\//.test(path));
    expect(routes.length).toBeGreaterThan(30);
    for (const route of routes) {
      const { method, path, name } = route;
      const ask = (more: Record<string, string>) =>
        plainRequest(server.port, {
          method,
          path,
          headers: {
            cookie: visitor.cookie,
            accept: 'application/json, text/event-stream',
            ...(isWrite(route) ? { 'content-type': 'application/json' } : {}),
            ...more,
          },
          ...(isWrite(route) ? { body: path.includes('/hooks/') ? HOOK : '{}' } : {}),
        });
      const { status, text } = await ask({ origin: `http://127.0.0.1:${server.port}` });
      if (name === 'POST /api/v1/hooks/govern') expect(text).toContain('token_invalid');
      // The API reads by it; whatever else sends it from this machine is another port, which is refused.
      else if (isWrite(route) || path.startsWith('/mcp/')) expect(status, name).toBe(401);
      else expect((await ask({ 'sec-fetch-site': 'same-site' })).status, name).toBe(403);
    }
    expect((await visitor.open('/login')).text).toContain('maya@example.test');
  });

  it('changes nothing without what only our own page holds', async () => {
    const visitor = new PlainBrowser(server.port);
    const link = (await server.app.get(LoginLinks).create('jon@example.test')).url.reveal();
    await visitor.post('/login/link', { code: fieldOf(await visitor.open(pathOf(link)), 'code') });
    const writes = (await everyRoute(server.port)).filter(
      (route) => isWrite(route) && /^\/(?:login\/passkeys|logout|oauth\/authorize)/.test(route.path),
    );
    expect(writes.length).toBeGreaterThan(2);
    for (const { path, name } of writes) {
      const formed = await visitor.post(path, {});
      expect(formed.status, name).toBeGreaterThanOrEqual(400);
      const { status } = await plainRequest(server.port, {
        method: 'POST',
        path,
        headers: {
          cookie: visitor.cookie,
          origin: `http://127.0.0.1:${server.port}`,
          'content-type': 'application/json',
        },
        body: '{}',
      });
      expect(status, name).toBeGreaterThanOrEqual(400);
    }
    expect((await visitor.open('/login')).text).toContain('jon@example.test');
  });
});
