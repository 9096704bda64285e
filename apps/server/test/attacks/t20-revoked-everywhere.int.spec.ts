import { HookCredentials, Sessions, Users } from '@gatehouse/identity';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aServer, type TestServer } from '../support/a-server.ts';
import { postHook, preToolUse } from '../support/hook-client.ts';

/** Claim I2: what one server is told holds at every server on the same database within a second. */
const WITHIN_MS = 1000;

let one: TestServer;
let other: TestServer;

beforeAll(async () => {
  one = await aServer({ tools: false });
  other = await aServer({ tools: false, beside: one });
  await Promise.all([one.discovered, other.discovered]);
});
afterAll(async () => {
  await other.end();
  await one.end();
});

let users = 0;

async function aSession(role = 'user') {
  users += 1;
  const user = await one.app.get(Users).create({ email: `replica${users}@example.test`, role });
  const session = await one.login(user.email);
  return { user, session, token: await tokenOf(user.email) };
}

const tokenOf = (email: string) => one.token(email, 'api');

async function mayAct(server: TestServer, token: string): Promise<boolean> {
  const { body } = await postHook(server, token, preToolUse('Read', { file_path: 'a.txt' }));
  return body.hookSpecificOutput?.permissionDecision === 'allow';
}

/** How long until the other server refuses, while it is asked all the time, so that its memory is warm. */
async function refusedAfterMs(token: string): Promise<number> {
  const startedAt = performance.now();
  while (await mayAct(other, token)) {
    if (performance.now() - startedAt > 5000) return Number.POSITIVE_INFINITY;
  }
  return performance.now() - startedAt;
}

const CHANGES: readonly [string, (subject: Awaited<ReturnType<typeof aSession>>) => Promise<unknown>][] = [
  ['a revoked session', ({ user }) => one.app.get(Sessions).revokeAll(user.id)],
  ['a suspended user', ({ user }) => one.app.get(Users).suspend(user.id)],
  ['a changed role', ({ user }) => one.app.get(Users).setRole(user.id, 'service')],
  ['a changed department', ({ user }) => one.app.get(Users).setDepartment(user.id, 'legal')],
  ['a deleted user', ({ user }) => one.app.get(Users).delete(user.id)],
];

/** Ends the feed connections of both servers; the servers go on. */
async function cutTheFeed(): Promise<void> {
  const feeds = `from pg_stat_activity where datname = current_database() and application_name = 'gatehouse change feed'`;
  await expect.poll(async () => (await one.sql.query(`select ${feeds}`)).rowCount, { interval: 20 }).toBe(2);
  await one.sql.query(`select pg_terminate_backend(pid) ${feeds}`);
}

describe('two servers on one database', () => {
  it.each(CHANGES)('refuse %s within a second, whichever was told', async (_what, change) => {
    const subject = await aSession();
    expect(await mayAct(other, subject.token)).toBe(true);
    await change(subject);
    expect(await refusedAfterMs(subject.token)).toBeLessThan(WITHIN_MS);
  });

  it.each(CHANGES)(
    'refuse %s within a second also where the notification never comes',
    async (_what, change) => {
      const subject = await aSession();
      expect(await mayAct(other, subject.token)).toBe(true);
      await cutTheFeed();
      await change(subject);
      expect(await refusedAfterMs(subject.token)).toBeLessThan(WITHIN_MS);
    },
  );

  it('refuse a hook credential that was revoked', async () => {
    const { user } = await aSession();
    const { credential, text } = await one.app
      .get(HookCredentials)
      .issue({ userId: user.id, clientId: 'claude-code', deviceId: 'laptop' });
    expect(await mayAct(other, text.reveal())).toBe(true);
    await one.app.get(HookCredentials).revoke(credential.id);
    expect(await refusedAfterMs(text.reveal())).toBeLessThan(WITHIN_MS);
  });

  it('judge a hook credential, which outlives it, by a changed role', async () => {
    const { user } = await aSession();
    const { text } = await one.app
      .get(HookCredentials)
      .issue({ userId: user.id, clientId: 'claude-code', deviceId: 'laptop' });
    expect(await mayAct(other, text.reveal())).toBe(true);
    await one.app.get(Users).setRole(user.id, 'anonymous');
    expect(await refusedAfterMs(text.reveal())).toBeLessThan(WITHIN_MS);
  });

  it('tell each other by notification, well before memory ends', async () => {
    const times: number[] = [];
    for (let round = 0; round < 5; round += 1) {
      const subject = await aSession();
      await mayAct(other, subject.token);
      await one.app.get(Sessions).revokeAll(subject.user.id);
      times.push(await refusedAfterMs(subject.token));
    }
    expect(times.sort((a, b) => a - b)[2]).toBeLessThan(250);
  });

  it('send no notification from the transaction of an audit row', async () => {
    const { rows } = await one.sql.query<{ name: string }>(
      `select tgname as name from pg_trigger t join pg_proc p on p.oid = t.tgfoid
        where tgrelid in ('audit_log'::regclass, 'audit_seals'::regclass) and p.prosrc ~ 'notify'`,
    );
    expect(rows).toEqual([]);
  });
});
