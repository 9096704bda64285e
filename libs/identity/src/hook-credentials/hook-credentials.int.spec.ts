import { newId } from '@gatehouse/kernel';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ageSessions, anAgent, aUser, createIdentityKit, type IdentityKit } from '../../test/identity-kit.ts';
import { CredentialTags } from '../credentials/credential-tags.ts';
import { hashOf, newOpaqueText } from '../credentials/opaque-text.ts';
import {
  AccessTokens,
  Agents,
  CredentialResolver,
  HookAnswerKeys,
  HookCredentials,
  Sessions,
  type User,
  Users,
} from '../index.ts';

let kit: IdentityKit;
let sessions: Sessions;
beforeAll(async () => {
  kit = await createIdentityKit({ agents: [anAgent({ id: 'helper' })] });
  sessions = kit.app.get(Sessions);
});
afterAll(() => kit.close());

const aNewUser = () => kit.app.get(Users).create(aUser());
const open = (user: User) => sessions.open({ userId: user.id, clientId: 'test' });
const age = (user: User) => ageSessions(kit, user.id);

describe('a hook credential', () => {
  const hooks = () => kit.app.get(HookCredentials);
  const resolve = async (text: string, resource: 'hooks' | 'api' | 'mcp/filesystem' = 'hooks') =>
    kit.app.get(CredentialResolver).resolve(text, resource);
  const issue = async (user: User, agentId?: string) => {
    const clientId = 'claude-code';
    const { credential, text } = await hooks().issue({
      userId: user.id,
      clientId,
      deviceId: 'laptop',
      ...(agentId === undefined ? {} : { agentId }),
    });
    return { credential, text: text.reveal() };
  };

  it('speaks for its user, agent and client, at the hook endpoints alone, for 90 days', async () => {
    const user = await aNewUser();
    const { credential, text } = await issue(user, 'helper');
    expect(await resolve(text)).toMatchObject({
      ok: true,
      principal: {
        kind: 'hook_credential',
        userId: user.id,
        sessionId: credential.id,
        rootSessionId: credential.id,
        clientId: 'claude-code',
        agentId: 'helper',
        audience: 'http://localhost:8080/api/v1/hooks',
      },
    });
    expect(await resolve(text, 'api')).toEqual({ ok: false, problem: 'wrong_audience' });
    expect(await resolve(text, 'mcp/filesystem')).toEqual({ ok: false, problem: 'wrong_audience' });
    const { createdAt, expiresAt } = credential.session;
    expect(expiresAt.getTime() - createdAt.getTime()).toBe(90 * 24 * 3_600_000);
  });

  it('says what it is bound to, and comes with a key that no other has and nothing stores', async () => {
    const user = await aNewUser();
    const settingsHash = 'a'.repeat(64);
    const order = { userId: user.id, clientId: 'claude-code', deviceId: 'laptop' };
    const [one, two] = [await hooks().issue({ ...order, settingsHash }), await hooks().issue(order)];
    expect(await resolve(one.text.reveal())).toMatchObject({
      principal: { hook: { deviceId: 'laptop', settingsHash } },
    });
    expect(await resolve(two.text.reveal())).toMatchObject({
      principal: { hook: { deviceId: 'laptop', settingsHash: null } },
    });
    expect((await hooks().list(user.id)).map((each) => each.settingsHash)).toEqual([null, settingsHash]);
    const key = one.answerKey.reveal();
    expect(key).toEqual(kit.app.get(HookAnswerKeys).of(one.credential.id));
    expect(key).not.toEqual(two.answerKey.reveal());
    const { rows } = await kit.owner.query('select h::text as text from hook_credentials h');
    expect(rows.some(({ text }) => text.includes(key.toString('hex')))).toBe(false);
  });

  it('is stored as a hash, and its text stands in no row', async () => {
    const { credential, text } = await issue(await aNewUser());
    const { rows } = await kit.owner.query('select h::text as text from hook_credentials h where id = $1', [
      credential.id,
    ]);
    expect(rows[0].text).not.toContain(text.slice(-64));
    expect((await kit.rows()).some((row) => row.text.includes(text.slice(-64)))).toBe(false);
  });

  it('is refused with one digit changed, with another’s secret, or made up', async () => {
    const user = await aNewUser();
    const [one, two] = [await issue(user), await issue(user)];
    const last = one.text.endsWith('0') ? '1' : '0';
    expect(await resolve(one.text.slice(0, -1) + last)).toEqual({ ok: false, problem: 'forged' });
    expect(await resolve(one.text.slice(0, 36) + two.text.slice(36))).toEqual({
      ok: false,
      problem: 'forged',
    });
    expect(await resolve(`ghk_${'0'.repeat(96)}`)).toEqual({ ok: false, problem: 'unknown_session' });
    const session = await open(user);
    const made = `ghk_${session.id.replaceAll('-', '')}${'0'.repeat(64)}`;
    expect(await resolve(made)).toEqual({ ok: false, problem: 'unknown_session' });
  });

  it('is good with or without a tag, and refused alike when it is neither', async () => {
    const user = await aNewUser();
    const [now, before] = [await issue(user), await issue(user)];
    const text = newOpaqueText('ghk_', before.credential.id).reveal();
    await kit.owner.query('update hook_credentials set hash = $2 where id = $1', [
      before.credential.id,
      hashOf(text),
    ]);
    expect(await resolve(text)).toMatchObject({ ok: true });
    expect(await resolve(now.text)).toMatchObject({ ok: true });
    const never = newId();
    const unknown = { ok: false, problem: 'unknown_session' };
    expect(await resolve(kit.app.get(CredentialTags).newText('ghk_', never).reveal())).toEqual(unknown);
    expect(await resolve(newOpaqueText('ghk_', never).reveal())).toEqual(unknown);
  });

  it('is accepted as soon as it is in the database, also where it was asked for before', async () => {
    const { credential, text } = await issue(await aNewUser());
    const { rows } = await kit.owner.query(
      `select row_to_json(s) as session, row_to_json(h) as credential
       from sessions s join hook_credentials h using (id) where id = $1`,
      [credential.id],
    );
    await kit.owner.query('delete from hook_credentials where id = $1', [credential.id]);
    await kit.owner.query('delete from sessions where id = $1', [credential.id]);
    const elsewhere = await createIdentityKit({ beside: kit });
    const resolveThere = async () => elsewhere.app.get(CredentialResolver).resolve(text, 'hooks');
    try {
      expect(await resolveThere()).toEqual({ ok: false, problem: 'unknown_session' });
      await kit.owner.query(
        `with s as (insert into sessions select * from json_populate_record(null::sessions, $1))
         insert into hook_credentials select * from json_populate_record(null::hook_credentials, $2)`,
        [rows[0].session, rows[0].credential],
      );
      // Long before it would be asked for anew.
      await expect.poll(resolveThere, { timeout: 15_000 }).toMatchObject({ ok: true });
    } finally {
      await elsewhere.close();
    }
  });

  it('ends when revoked, rests while its user is suspended, ends when the user is deleted', async () => {
    const user = await aNewUser();
    const [one, two] = [await issue(user), await issue(user)];
    await hooks().revoke(one.credential.id);
    expect(await resolve(one.text)).toEqual({ ok: false, problem: 'revoked' });
    expect(await resolve(two.text)).toMatchObject({ ok: true });
    const settled = (problem: string) => expect.poll(() => resolve(two.text)).toEqual({ ok: false, problem });
    await kit.app.get(Users).suspend(user.id);
    await settled('user_inactive');
    await kit.app.get(Users).reactivate(user.id);
    await expect.poll(() => resolve(two.text)).toMatchObject({ ok: true });
    await kit.app.get(Users).delete(user.id);
    await settled('user_inactive');
    expect((await hooks().list(user.id)).map((one) => one.session.revokedReason)).toEqual([
      'user_deleted',
      'operator',
    ]);
  });

  it('is not what logins push out, nor does its session sign tokens', async () => {
    const user = await aNewUser();
    const { credential, text } = await issue(user);
    for (let at = 0; at < 21; at += 1) {
      if (at % 9 === 0) await age(user);
      await open(user);
    }
    expect(await resolve(text)).toMatchObject({ ok: true });
    const asked = kit.app.get(AccessTokens).issue({ session: credential.session, resource: 'api' });
    await expect(asked).rejects.toMatchObject({ code: 'IDENTITY_SESSION_ENDED' });
    await expect(kit.app.get(Agents).openSession(credential.session, 'helper')).rejects.toMatchObject({
      code: 'IDENTITY_AGENT_NESTED',
    });
  });

  it('are 20 live ones of a user at most', async () => {
    const user = await aNewUser();
    for (let at = 0; at < 20; at += 1) {
      if (at % 10 === 0) await age(user);
      await issue(user);
    }
    await age(user);
    await expect(issue(user)).rejects.toMatchObject({ code: 'IDENTITY_HOOK_CREDENTIALS_FULL' });
    expect(await hooks().list(user.id)).toHaveLength(20);
  });
});
