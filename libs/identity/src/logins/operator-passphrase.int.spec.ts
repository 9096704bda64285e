import { chmodSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { systemContext } from '@gatehouse/audit';
import { Secret } from '@gatehouse/kernel';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { aUser, createIdentityKit, type IdentityKit } from '../../test/identity-kit.ts';
import { Logins, OperatorPassphrase, OperatorProofs, type SecondProof, Users } from '../index.ts';

const RIGHT = new Secret('correct horse battery staple');
const WRONG = new Secret('correct horse battery stable');

let kit: IdentityKit;
let passphrase: OperatorPassphrase;
let proofs: OperatorProofs;
beforeAll(async () => {
  kit = await createIdentityKit({ profile: { mode: 'production' } });
  passphrase = kit.app.get(OperatorPassphrase);
  proofs = kit.app.get(OperatorProofs);
});
beforeEach(() => kit.owner.query('delete from operator_proof_attempts'));
afterAll(() => kit.close());

const file = () => join(kit.configuration.installation.keyDir, 'operator-passphrase');
const actor = () => systemContext();
const given = (text: Secret<string>): SecondProof => ({ kind: 'passphrase', passphrase: text });
const login = (email: string, text?: Secret<string>) =>
  kit.app
    .get(Logins)
    .login({ email, clientId: 'gatehouse-cli', ...(text === undefined ? {} : { proof: given(text) }) });

describe('the operator passphrase', () => {
  it('opens nothing before it is set', async () => {
    expect(passphrase.isSet).toBe(false);
    await expect(passphrase.prove(RIGHT)).rejects.toMatchObject({ code: 'IDENTITY_PASSPHRASE_UNSET' });
  });

  it.each(['', 'eleven char', 'x'.repeat(1025)])('is refused when it is weak: %j', async (weak) => {
    await expect(proofs.setPassphrase(new Secret(weak), undefined, actor())).rejects.toMatchObject({
      code: 'IDENTITY_PASSPHRASE_WEAK',
    });
  });

  it('is kept as an Argon2id hash that nobody else can read, and setting it is a row', async () => {
    await proofs.setPassphrase(RIGHT, undefined, actor());
    expect(readFileSync(file(), 'utf8')).toMatch(/^\$argon2id\$v=19\$m=65536,t=4,p=1\$/);
    expect(statSync(file()).mode & 0o777).toBe(0o600);
    const rows = await kit.rows('credential.rotated');
    expect(rows).toMatchObject([{ action: 'operator_passphrase.set', decision: 'allow' }]);
    expect(rows[0]!.text).not.toContain('horse');
  });

  it('opens a session with the right one, for an active user', async () => {
    const user = await kit.app.get(Users).create(aUser());
    expect((await login(user.email, RIGHT)).user.id).toBe(user.id);
  });

  it('reads the same from two keyboards', async () => {
    await expect(passphrase.prove(new Secret('correct horse battery staple'.normalize('NFD')))).resolves.toBe(
      undefined,
    );
  });

  it('does not say who exists to one who does not know it', async () => {
    const user = await kit.app.get(Users).create(aUser());
    for (const email of [user.email, 'nobody@example.test']) {
      await expect(login(email, WRONG)).rejects.toMatchObject({ code: 'IDENTITY_PROOF_WRONG' });
      await expect(login(email)).rejects.toMatchObject({ code: 'IDENTITY_PROOF_REQUIRED' });
    }
    expect((await kit.rows('login.failed')).at(-1)!.text).not.toContain('horse');
  });

  it('is replaced by one who knows it, and by nobody else', async () => {
    const next = new Secret('another twelve characters');
    for (const current of [undefined, given(WRONG)]) {
      await expect(proofs.setPassphrase(next, current, actor())).rejects.toThrow();
    }
    await proofs.setPassphrase(next, given(RIGHT), actor());
    await expect(passphrase.prove(RIGHT)).rejects.toMatchObject({ code: 'IDENTITY_PROOF_WRONG' });
    await proofs.setPassphrase(RIGHT, given(next), actor());
  });

  it('is tried five times a minute by all processes together, right or wrong; every refusal is a row', async () => {
    const before = (await kit.rows('login.failed')).length;
    const tries = Array.from({ length: 12 }, () => proofs.confirm(given(WRONG), actor()));
    const codes = (await Promise.allSettled(tries)).map((one) =>
      one.status === 'rejected' ? (one.reason as { code: string }).code : 'opened',
    );
    expect(codes.filter((code) => code === 'IDENTITY_PROOF_WRONG')).toHaveLength(5);
    expect(codes.filter((code) => code === 'IDENTITY_PROOF_THROTTLED')).toHaveLength(7);
    await expect(passphrase.prove(RIGHT)).rejects.toMatchObject({ code: 'IDENTITY_PROOF_THROTTLED' });
    expect((await kit.rows('login.failed')).length - before).toBe(12);
  });

  it('is not believed from a file that others can write', async () => {
    chmodSync(file(), 0o666);
    await expect(passphrase.prove(RIGHT)).rejects.toMatchObject({ code: 'CONFIG_SECRET_FILE' });
    chmodSync(file(), 0o600);
  });
});
