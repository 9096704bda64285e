import { chmodSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ACTOR, aStore, LONG_VALUE, type TestStore } from '../../test/a-store.ts';
import type { SealedVersion } from '../sealed/sealed-version.ts';

let test: TestStore;
beforeAll(async () => {
  test = await aStore();
});
afterAll(() => test.end());
beforeEach(() => {
  test.rows.length = 0;
});

const privateKey = (): string => join(test.keyDir, 'secrets-private-key');
const current = async (name: string): Promise<SealedVersion> =>
  (await test.store.sealed([name])).versions[0]!;

describe('a secret', () => {
  it('is sealed, kept in versions, opened as it was, and on record', async () => {
    await test.set('TOKEN', LONG_VALUE);
    await test.set('TOKEN', `${LONG_VALUE} anew`);
    expect(await test.opened('TOKEN')).toBe(`${LONG_VALUE} anew`);
    expect(test.rows).toMatchObject([
      { event: 'secret.set', detail: { name: 'TOKEN', version: 1 } },
      { event: 'secret.rotated', detail: { name: 'TOKEN', version: 2 } },
    ]);
    expect(await test.store.list('TOKEN')).toMatchObject([
      { version: 2, isCurrent: true },
      { version: 1, isCurrent: false, supersededAt: expect.any(Date) },
    ]);
  });

  it('is in no column, in no file and under no other name than its keys', async () => {
    const [row] = await test.dataSource.query('select to_json(v)::text as t from secret_versions v limit 1');
    expect(row.t).not.toContain(LONG_VALUE.slice(0, 12));
    expect(readdirSync(test.keyDir).sort()).toEqual([
      'secrets-fingerprints',
      'secrets-private-key',
      'secrets-public',
      'secrets-signing-key',
      'secrets-versions',
    ]);
    for (const file of readdirSync(test.keyDir)) {
      expect(statSync(join(test.keyDir, file)).mode & 0o777).toBe(0o600);
      expect(readFileSync(join(test.keyDir, file)).includes(LONG_VALUE.slice(0, 12))).toBe(false);
    }
  });

  it('is not set under a name that is a credential, and the refusal does not repeat it', async () => {
    const name = `ghp_${'q7x2m9k4z8w3v6t1'.repeat(3).slice(0, 36)}`;
    const refusal = await test.store.set({ name, value: Buffer.from(LONG_VALUE) }, ACTOR).catch(String);
    expect(refusal).toContain('holds a credential');
    expect(refusal).not.toContain(name);
    expect(await test.store.list()).not.toContainEqual(expect.objectContaining({ name }));
  });

  it.each([
    ['eleven bytes', 'a8*kL.2,mQx'],
    ['one letter many times', 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'],
  ])('of %s is refused, unless that it is never redacted is accepted', async (_what, value) => {
    const short = () => ({ name: 'SHORT', value: Buffer.from(value) });
    await expect(test.store.set(short(), ACTOR)).rejects.toMatchObject({ code: 'SECRETS_VALUE_REFUSED' });
    await test.store.set({ ...short(), acceptUnredacted: true }, ACTOR);
    expect(await current('SHORT')).toMatchObject({ redact: false, fingerprints: '' });
    expect(await test.opened('SHORT')).toBe(value);
  });

  it.each([
    ['nothing', ''],
    ['a NUL', `${LONG_VALUE}\0`],
    ['too much', 'xyz'.repeat(20_000)],
  ])('that is %s is refused', async (_what, value) => {
    const set = test.store.set({ name: 'ODD', value: Buffer.from(value), acceptUnredacted: true }, ACTOR);
    await expect(set).rejects.toMatchObject({ code: 'SECRETS_VALUE_REFUSED' });
    expect(test.rows).toEqual([]);
  });

  it('that was unset opens no more, stays listed until revoked upstream, and never gets a number twice', async () => {
    await test.set('GONE', LONG_VALUE);
    const before = await current('GONE');
    await test.store.unset('GONE', ACTOR);
    expect(await test.store.sealed(['GONE'])).toEqual({ versions: [], missing: ['GONE'] });
    expect(() => test.open(before)).toThrow('was unset');
    expect(await test.store.list('GONE')).toMatchObject([{ isCurrent: false, revokedAt: null }]);
    await test.store.revokedUpstream('GONE', ACTOR);
    await test.set('GONE', LONG_VALUE);
    expect(await test.store.list('GONE')).toMatchObject([
      { version: 2 },
      { version: 1, revokedAt: expect.any(Date) },
    ]);
    await expect(test.store.unset('NEVER_SET', ACTOR)).rejects.toMatchObject({ code: 'SECRETS_UNKNOWN' });
  });
});

describe('without its key', () => {
  const refused: [string, () => () => void, string][] = [
    [
      'missing',
      () => {
        renameSync(privateKey(), `${privateKey()}.away`);
        return () => renameSync(`${privateKey()}.away`, privateKey());
      },
      'SECRETS_KEY_MISSING',
    ],
    [
      'open to others',
      () => {
        chmodSync(privateKey(), 0o640);
        return () => chmodSync(privateKey(), 0o600);
      },
      'SECRETS_KEY_UNSAFE',
    ],
    [
      'another one',
      () => {
        const key = readFileSync(privateKey());
        writeFileSync(privateKey(), Buffer.alloc(32, 7));
        return () => writeFileSync(privateKey(), key);
      },
      'SECRETS_KEY_WRONG',
    ],
    [
      'no key at all',
      () => {
        const key = readFileSync(privateKey());
        writeFileSync(privateKey(), 'nonsense');
        return () => writeFileSync(privateKey(), key);
      },
      'SECRETS_KEY_INVALID',
    ],
  ];
  it.each(refused)(
    '(%s) nothing is sealed or made anew, and the refusal is clear',
    async (_what, spoil, code) => {
      await test.set('KEPT', LONG_VALUE);
      const restore = spoil();
      await expect(test.set('KEPT', `${LONG_VALUE}!`)).rejects.toMatchObject({ code, owner: 'operator' });
      restore();
      expect(await test.opened('KEPT')).toBe(LONG_VALUE);
    },
  );
});

describe('what somebody did to the database', () => {
  const flip = (text: string): string => {
    const bytes = Buffer.from(text, 'base64url');
    bytes[bytes.length >> 1]! ^= 1;
    return bytes.toString('base64url');
  };
  const tampered: [string, (version: SealedVersion, other: SealedVersion) => SealedVersion][] = [
    ['a flipped bit of the body', (version) => ({ ...version, body: flip(version.body) })],
    ['a flipped bit of the data key', (version) => ({ ...version, wrapped: flip(version.wrapped) })],
    ['a flipped bit of the nonce', (version) => ({ ...version, nonce: flip(version.nonce) })],
    ['a flipped bit of the signature', (version) => ({ ...version, signature: flip(version.signature) })],
    ['no signature', (version) => ({ ...version, signature: '' })],
    ['another secret under this name', (version, other) => ({ ...other, name: version.name })],
    [
      'another body',
      (version, other) => ({ ...version, body: other.body, nonce: other.nonce, wrapped: other.wrapped }),
    ],
    ['another number', (version) => ({ ...version, version: version.version + 1 })],
    ['another fingerprint', (version) => ({ ...version, fingerprints: flip(version.fingerprints) })],
    ['no redaction', (version) => ({ ...version, redact: false })],
    ['another key', (version) => ({ ...version, keyId: '0'.repeat(16) })],
  ];
  beforeAll(async () => {
    await test.set('MINE', LONG_VALUE);
    await test.set('OTHER', `${LONG_VALUE} of another`);
  });

  it.each(tampered)('is refused: %s', async (_what, change) => {
    const changed = change(await current('MINE'), await current('OTHER'));
    expect(() => test.open(changed)).toThrow();
  });

  it('is refused: an older version, put back', async () => {
    await test.set('ROLLED', LONG_VALUE);
    const old = await current('ROLLED');
    await test.set('ROLLED', `${LONG_VALUE} 2`);
    expect(() => test.open(old)).toThrow('older');
  });

  it('is refused: a version that another installation sealed for our public key', async () => {
    const foreign = await aStore();
    try {
      await foreign.set('MINE', 'a value that somebody else chose');
      const [sealed] = (await foreign.store.sealed(['MINE'])).versions;
      expect(() => test.open({ ...sealed!, version: 1_000 })).toThrow('not signed');
    } finally {
      await foreign.end();
    }
  });

  it('cannot be signed after the fact: the signer signs nothing that was in force before', async () => {
    await test.set('SIGNED', LONG_VALUE);
    await test.asOwner("delete from secret_versions where name = 'SIGNED'");
    await test.set('SIGNED', `${LONG_VALUE} 2`);
    expect((await current('SIGNED')).version).toBe(2);
  });
});

describe('killed between the database and the signer', () => {
  it('a new version is opened all the same, and remembered at the next start', async () => {
    await test.set('HALF', LONG_VALUE);
    const memory = join(test.keyDir, 'secrets-versions');
    const before = readFileSync(memory);
    const old = await current('HALF');
    await test.set('HALF', `${LONG_VALUE} 2`);
    writeFileSync(memory, before);
    expect(await test.opened('HALF')).toBe(`${LONG_VALUE} 2`);
    await test.store.reconcile();
    expect(() => test.open(old)).toThrow('older');
  });

  it('an unset secret is unset at the next start', async () => {
    await test.set('ENDED', LONG_VALUE);
    const memory = join(test.keyDir, 'secrets-versions');
    const before = readFileSync(memory);
    const old = await current('ENDED');
    await test.store.unset('ENDED', ACTOR);
    writeFileSync(memory, before);
    await test.store.reconcile();
    expect(() => test.open(old)).toThrow('was unset');
  });
});
