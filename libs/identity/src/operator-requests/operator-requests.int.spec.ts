import { systemContext } from '@gatehouse/audit';
import { Secret } from '@gatehouse/kernel';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { aUser, createIdentityKit, type IdentityKit } from '../../test/identity-kit.ts';
import {
  LoginLinks,
  Logins,
  OperatorProofs,
  OperatorRequests,
  Sessions,
  sessionContext,
  type User,
  Users,
} from '../index.ts';

let kit: IdentityKit;
let requests: OperatorRequests;
let ana: User;
let ben: User;
beforeAll(async () => {
  kit = await createIdentityKit({ profile: { mode: 'production' } });
  requests = kit.app.get(OperatorRequests);
  ana = await kit.app.get(Users).create(aUser({ role: 'admin' }));
  ben = await kit.app.get(Users).create(aUser({ role: 'admin' }));
});
beforeEach(() => kit.owner.query('delete from operator_requests'));
afterAll(() => kit.close());

const ask = (userId: string | null, command: readonly string[] = ['gatehouse', 'admin', 'users', 'list']) =>
  requests.ask({ userId, sessionId: null, command, origin: { uid: 0, parent: 'bash', terminal: true } });
const linkOf = async ({ id }: User) => {
  const { url } = await kit.app.get(LoginLinks).create(id);
  return new URL(url.reveal()).searchParams.get('code') ?? '';
};
const login = (user: User, operatorRequestId: string) =>
  kit.app
    .get(Logins)
    .login({ email: user.email, clientId: 'gatehouse-cli', proof: { kind: 'browser', operatorRequestId } });

describe('a proof that is given in a browser', () => {
  it('by a one-time link of the user opens one session, once, and is a row that names the command', async () => {
    const { id, code } = await ask(ana.id);
    expect(await requests.isProven(id)).toBe(false);
    await requests.proveByLink(code.toLowerCase().replace('-', ' '), await linkOf(ana));
    expect(await requests.isProven(id)).toBe(true);
    const tries = await Promise.allSettled(Array.from({ length: 8 }, () => login(ana, id)));
    expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const [row] = await kit.rows('admin.operator_proven');
    expect(row).toMatchObject({ user_id: ana.id, client_id: 'browser', decision: 'allow' });
    expect(row!.text).toContain('gatehouse admin users list');
    await expect(requests.isProven(id)).rejects.toMatchObject({ code: 'IDENTITY_PROOF_OVER' });
  });

  it('is worth nothing to another user, nor before it is given', async () => {
    const { id, code } = await ask(ana.id);
    await expect(login(ana, id)).rejects.toMatchObject({ code: 'IDENTITY_PROOF_WRONG' });
    await requests.proveByLink(code, await linkOf(ana));
    await expect(login(ben, id)).rejects.toMatchObject({ code: 'IDENTITY_PROOF_WRONG' });
    const session = await kit.app.get(Sessions).open({ userId: ben.id, clientId: 'gatehouse-cli' });
    const proof = { kind: 'browser', operatorRequestId: id } as const;
    const confirmed = kit.app.get(OperatorProofs).confirm(proof, sessionContext(session, 'admin'));
    await expect(confirmed).rejects.toMatchObject({ code: 'IDENTITY_PROOF_WRONG' });
    expect((await kit.rows('login.failed')).at(-1)).toMatchObject({ user_id: ben.id, decision: 'deny' });
    await expect(login(ana, id)).resolves.toMatchObject({ user: { id: ana.id } });
  });

  it('by another user’s link is refused, is a row, and leaves that link as it was', async () => {
    const { id, code } = await ask(ana.id);
    const link = await linkOf(ben);
    for (const wrong of [link, 'nonsense', '']) {
      await expect(requests.proveByLink(code, wrong)).rejects.toMatchObject({
        code: 'IDENTITY_LINK_REFUSED',
      });
    }
    expect((await kit.rows('login.failed')).at(-1)).toMatchObject({
      user_id: 'anonymous',
      action: 'operator_requests.prove',
    });
    expect(await requests.isProven(id)).toBe(false);
    await expect(kit.app.get(LoginLinks).redeem(link)).resolves.toMatchObject({
      session: { userId: ben.id },
    });
  });

  it('of a suspended user counts no more than of nobody', async () => {
    const cyd = await kit.app.get(Users).create(aUser({ role: 'admin' }));
    const { code } = await ask(cyd.id);
    const link = await linkOf(cyd);
    await kit.app.get(Users).suspend(cyd.id);
    await expect(requests.proveByLink(code, link)).rejects.toMatchObject({ code: 'IDENTITY_LINK_REFUSED' });
    const nobody = await ask(null);
    const taken = requests.proveByLink(nobody.code, await linkOf(ana));
    await expect(taken).rejects.toMatchObject({ code: 'IDENTITY_LINK_REFUSED' });
  });

  it('is good for five minutes', async () => {
    const { id, code } = await ask(ana.id);
    await requests.proveByLink(code, await linkOf(ana));
    await kit.owner.query("update operator_requests set expires_at = now() - interval '1 second'");
    await expect(login(ana, id)).rejects.toMatchObject({ code: 'IDENTITY_PROOF_WRONG' });
    const late = await ask(ana.id);
    await kit.owner.query("update operator_requests set expires_at = now() - interval '1 second'");
    await expect(requests.get(late.code)).rejects.toMatchObject({ code: 'IDENTITY_PROOF_REQUEST_UNKNOWN' });
    await expect(requests.isProven(late.id)).rejects.toMatchObject({ code: 'IDENTITY_PROOF_OVER' });
  });

  it('ends with a no, which is a row', async () => {
    const { id, code } = await ask(ana.id);
    await requests.refuse(code);
    await expect(requests.isProven(id)).rejects.toMatchObject({ code: 'IDENTITY_PROOF_REFUSED' });
    await expect(requests.proveByLink(code, await linkOf(ana))).rejects.toMatchObject({
      code: 'IDENTITY_PROOF_REQUEST_UNKNOWN',
    });
    await expect(login(ana, id)).rejects.toMatchObject({ code: 'IDENTITY_PROOF_WRONG' });
    expect((await kit.rows('login.failed')).findLast(({ text }) => text.includes(id))).toMatchObject({
      action: 'operator_requests.prove',
    });
  });

  it('is waited for by ten command lines at most', async () => {
    const asked = await Promise.allSettled(Array.from({ length: 12 }, () => ask(ana.id)));
    expect(asked.filter(({ status }) => status === 'fulfilled')).toHaveLength(10);
    await expect(ask(null)).rejects.toMatchObject({ code: 'IDENTITY_PROOF_REQUESTS_FULL' });
  });

  it('shows and keeps no credential of the command', async () => {
    const token = ['ghp', '16C7e42F292c6912E7710c838347Ae178B4a'].join('_');
    const { command } = await ask(ana.id, [
      'gatehouse',
      'plugins',
      'mcp',
      'call',
      '--args',
      `{"t":"${token}"}`,
    ]);
    expect(command).toContain('plugins mcp call --args');
    expect(command).not.toContain(token);
    const { rows } = await kit.owner.query('select command from operator_requests');
    expect(rows).toEqual([{ command }]);
  });
});

it('once somebody has a passkey, nobody sets the first passphrase of production without a proof', async () => {
  const proofs = kit.app.get(OperatorProofs);
  const next = new Secret('correct horse battery staple');
  expect(await proofs.isOpen()).toBe(true);
  await kit.owner.query(
    `insert into passkeys (id, user_id, public_key, counter, name, created_at)
     values ($1, $2, $3, 0, 'Laptop', now())`,
    ['a'.repeat(22), ana.id, Buffer.alloc(64)],
  );
  expect(await proofs.isOpen()).toBe(false);
  const alone = proofs.setPassphrase(next, undefined, systemContext());
  await expect(alone).rejects.toMatchObject({ code: 'IDENTITY_PROOF_REQUIRED' });
  const { id, code } = await ask(ana.id);
  await requests.proveByLink(code, await linkOf(ana));
  const session = await kit.app.get(Sessions).open({ userId: ana.id, clientId: 'gatehouse-cli' });
  await proofs.setPassphrase(
    next,
    { kind: 'browser', operatorRequestId: id },
    sessionContext(session, 'admin'),
  );
  expect(await proofs.isOpen()).toBe(false);
});
