import { randomBytes } from 'node:crypto';
import { newId } from '@gatehouse/kernel';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { ageSessions, aUser, createIdentityKit, type IdentityKit } from '../../test/identity-kit.ts';
import { HookCredentials, type User, Users } from '../index.ts';
import { CredentialTags } from './credential-tags.ts';
import { LookupAllowance } from './lookup-allowance.ts';
import { OpaqueStandings } from './opaque-standings.ts';
import { hashOf, newOpaqueText, opaqueId } from './opaque-text.ts';
import { RecentMemory } from './recent-memory.ts';
import { StandingSource } from './standing-source.ts';
import { UnknownTexts } from './unknown-texts.ts';

const LIMITS = { fromOneNetwork: { burst: 10, perSecond: 0 }, inAll: { burst: 25, perSecond: 0 } };

let kit: IdentityKit;
let user: User;
beforeAll(async () => {
  kit = await createIdentityKit();
  user = await kit.app.get(Users).create(aUser());
});
afterAll(() => kit.close());

/** Standings of the kit's database, with both lanes' questions counted. */
function standingsOf() {
  const state = { nowMs: 0, silent: false, ours: [] as string[], doubtful: [] as string[] };
  const source = new StandingSource({
    database: kit.database,
    connections: 1,
    now: () => Date.now(),
    touches: false,
  });
  onTestFinished(() => source.close());
  const lane = (asked: string[]) =>
    new RecentMemory(
      (ids) => {
        asked.push(...ids);
        return source.ask(ids);
      },
      () => state.nowMs,
    );
  const unknown = new UnknownTexts(() => state.nowMs);
  const standings = new OpaqueStandings({
    tags: kit.app.get(CredentialTags),
    ours: lane(state.ours),
    doubtful: lane(state.doubtful),
    allowance: new LookupAllowance(() => state.nowMs, LIMITS),
    unknown,
    silent: () => state.silent,
  });
  const get = async (text: string, from = '192.0.2.1') =>
    standings.get({ text, id: opaqueId('ghk_', text)!, from });
  return { state, unknown, get };
}

const madeUp = () => newOpaqueText('ghk_', newId()).reveal();

async function issued(): Promise<{ id: string; text: string }> {
  await ageSessions(kit, user.id);
  const order = { userId: user.id, clientId: 'claude-code', deviceId: 'laptop' };
  const { credential, text } = await kit.app.get(HookCredentials).issue(order);
  return { id: credential.id, text: text.reveal() };
}

/** A credential as they were before there were tags. */
async function untagged(): Promise<{ id: string; text: string }> {
  const { id } = await issued();
  const text = newOpaqueText('ghk_', id).reveal();
  await kit.owner.query('update hook_credentials set hash = $2 where id = $1', [id, hashOf(text)]);
  return { id, text };
}

describe('a made-up text', () => {
  it('is asked for once, on the connection of its own, however often and from wherever it comes', async () => {
    const { state, get } = standingsOf();
    const text = madeUp();
    for (let at = 0; at < 50; at += 1) expect(await get(text, `198.51.${at}.1`)).toBeUndefined();
    expect(await Promise.all(Array.from({ length: 50 }, () => get(text)))).toEqual(Array(50).fill(undefined));
    expect(state).toMatchObject({ ours: [], doubtful: [opaqueId('ghk_', text)] });
  });

  it('is asked for anew after half a minute', async () => {
    const { state, get } = standingsOf();
    const text = madeUp();
    await get(text);
    state.nowMs = 29_999;
    await get(text);
    expect(state.doubtful).toHaveLength(1);
    state.nowMs = 30_000;
    await get(text);
    expect(state.doubtful).toHaveLength(2);
  });

  it('is asked for each time while nothing may be believed', async () => {
    const { state, get } = standingsOf();
    const text = madeUp();
    await get(text);
    state.silent = true;
    for (let at = 0; at < 3; at += 1) expect(await get(text)).toBeUndefined();
    expect(state.doubtful).toHaveLength(4);
  });

  it('that was asked for when it was nobody’s is not remembered once that may have changed', async () => {
    const { state, unknown, get } = standingsOf();
    const text = madeUp();
    const answer = get(text);
    unknown.forget();
    expect(await answer).toBeUndefined();
    await get(text);
    expect(state.doubtful).toHaveLength(2);
  });

  it.each<[string, (id: string, text: string) => string]>([
    ['random digits', () => madeUp()],
    [
      'a tag of another installation',
      (id) => new CredentialTags(randomBytes(32)).newText('ghk_', id).reveal(),
    ],
    ['the id of a genuine one', (id) => newOpaqueText('ghk_', id).reveal()],
    ['one digit changed', (_id, text) => text.slice(0, -1) + (text.endsWith('0') ? '1' : '0')],
  ])('with %s is not asked for where what is ours is', async (_what, make) => {
    const { state, get } = standingsOf();
    const { id, text } = await issued();
    await get(make(id, text));
    expect(state.ours).toEqual([]);
    expect(state.doubtful).toHaveLength(1);
  });
});

describe('a flood of made-up texts, each another', () => {
  const flood = async (get: (text: string, from: string) => Promise<unknown>, from: string) =>
    (await Promise.all(Array.from({ length: 200 }, () => get(madeUp(), from)))).filter(
      (answer) => answer !== 'silent',
    ).length;

  it('is asked for as often as its network may, and all networks together', async () => {
    const { state, get } = standingsOf();
    expect(await flood(get, '192.0.2.1')).toBe(10);
    expect(await flood(get, '192.0.2.200')).toBe(0);
    expect(await flood(get, '198.51.100.1')).toBe(10);
    expect(await flood(get, '203.0.113.1')).toBe(5);
    expect(await flood(get, '203.0.114.1')).toBe(0);
    expect(state.doubtful).toHaveLength(25);
    expect(state.ours).toEqual([]);
  });

  it('does not hold up a credential that carries our tag, from the same network too', async () => {
    const { state, get } = standingsOf();
    for (const from of ['192.0.2.1', '198.51.100.1', '203.0.113.1']) await flood(get, from);
    const { id, text } = await issued();
    expect(await get(text)).toMatchObject({ sessionId: id });
    expect(state.ours).toEqual([id]);
  });

  it('does not hold up one from before there were tags, from another network', async () => {
    const { get } = standingsOf();
    await flood(get, '192.0.2.1');
    const { id, text } = await untagged();
    expect(await get(text, '192.0.2.7')).toBe('silent');
    expect(await get(text, '198.51.100.7')).toMatchObject({ sessionId: id });
  });
});

describe('a credential from before there were tags', () => {
  it('is asked for like ours once it was seen to be genuine, whatever floods', async () => {
    const { state, get } = standingsOf();
    const { id, text } = await untagged();
    expect(await get(text)).toMatchObject({ sessionId: id });
    state.nowMs = 5000;
    for (let at = 0; at < 200; at += 1) await get(madeUp());
    expect(await get(text)).toMatchObject({ sessionId: id });
    expect(state.doubtful.filter((each) => each === id)).toHaveLength(1);
  });

  it('is not taken for genuine by its id alone', async () => {
    const { state, get } = standingsOf();
    const { id } = await untagged();
    const forged = newOpaqueText('ghk_', id).reveal();
    await get(forged);
    state.nowMs = 5000;
    await get(forged);
    expect(state).toMatchObject({ ours: [], doubtful: [id, id] });
  });
});
