import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ACTOR, aStore, LONG_VALUE, type TestStore } from './a-store.ts';

const KEY = randomBytes(32);
const NAMES = ['GATEHOUSE_MASTER_KEY_FILE', 'CREDENTIALS_DIRECTORY'] as const;
let folder: string;
let test: TestStore;
beforeAll(async () => {
  test = await aStore();
  await anew();
});
afterAll(() => test.end());

/** An installation that never had a key, nor a secret. */
async function anew(): Promise<void> {
  for (const name of NAMES) delete process.env[name];
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  folder = mkdtempSync(join(tmpdir(), 'master-key-'));
  rmSync(test.keyDir, { recursive: true, force: true });
  await test.asOwner('delete from secret_versions');
}
afterEach(anew);

function asFile(content: Buffer | string = KEY): string {
  const file = join(folder, 'master');
  writeFileSync(file, content, { mode: 0o600 });
  process.env.GATEHOUSE_MASTER_KEY_FILE = file;
  return file;
}

function asCredential(content: Buffer | string = KEY): string {
  const credentials = join(folder, 'credentials');
  mkdirSync(credentials, { recursive: true, mode: 0o700 });
  const file = join(credentials, 'gatehouse-master-key');
  writeFileSync(file, content, { mode: 0o400 });
  process.env.CREDENTIALS_DIRECTORY = credentials;
  return file;
}

const SPOILED: readonly [string, (file: string) => void, string, RegExp][] = [
  ['is gone', (file) => rmSync(file), 'SECRETS_KEY_MISSING', /private key of the secret store is missing: /],
  ['others may read', (file) => chmodSync(file, 0o604), 'SECRETS_KEY_UNSAFE', / is open to other users$/],
  [
    'is behind a link',
    (file) => {
      writeFileSync(join(folder, 'elsewhere'), KEY, { mode: 0o600 });
      symlinkSync(join(folder, 'elsewhere'), file);
    },
    'SECRETS_KEY_UNSAFE',
    / cannot be opened \(ELOOP\)$/,
  ],
  [
    'is another one',
    (file) => writeFileSync(file, randomBytes(32), { mode: 0o600 }),
    'SECRETS_KEY_WRONG',
    / is not the key that secrets were sealed for$/,
  ],
  [
    'is no key',
    (file) => writeFileSync(file, 'correct horse battery staple', { mode: 0o600 }),
    'SECRETS_KEY_INVALID',
    / holds no private key$/,
  ],
];

describe.each([
  ['GATEHOUSE_MASTER_KEY_FILE', asFile, `${KEY.toString('hex')}\n`],
  ['a systemd credential', asCredential, KEY.toString('base64')],
])('a private key from %s', (_way, place, content) => {
  it('opens what is sealed, and no other is made; whatever is wrong with it is refused, by name and with what to do', async () => {
    const file = place(content);
    await test.set('TOKEN', LONG_VALUE);
    expect(await test.opened('TOKEN')).toBe(LONG_VALUE);
    expect(existsSync(join(test.keyDir, 'secrets-private-key'))).toBe(false);
    for (const [what, spoil, code, message] of SPOILED) {
      if (/^is (?:behind|another|no)/.test(what)) rmSync(file);
      spoil(file);
      const refusal = { code, owner: 'operator', message: expect.stringMatching(message) };
      await expect(test.store.start(), what).rejects.toMatchObject({ ...refusal, hint: expect.any(String) });
      rmSync(file, { force: true });
      place();
    }
    await expect(test.store.start()).resolves.toBeUndefined();
    expect(await test.opened('TOKEN')).toBe(LONG_VALUE);
  });
});

it('a file that is not there at the first start is not made', async () => {
  const file = asFile();
  rmSync(file);
  await expect(test.store.start()).rejects.toMatchObject({ code: 'SECRETS_KEY_MISSING' });
  expect(existsSync(file)).toBe(false);
});

it('a path that is not absolute is refused', async () => {
  process.env.GATEHOUSE_MASTER_KEY_FILE = 'master';
  await expect(test.store.start()).rejects.toMatchObject({
    code: 'CONFIG_MASTER_KEY_FILE',
    owner: 'operator',
  });
});

it.runIf(process.getuid?.() === 0)(
  'a credential whose mode shows the mask of an access list is taken, where it is root’s; any other file is not',
  async () => {
    chmodSync(asCredential(), 0o440);
    await test.set('TOKEN', LONG_VALUE);
    expect(await test.opened('TOKEN')).toBe(LONG_VALUE);
    chmodSync(asFile(), 0o440);
    await expect(test.store.start()).rejects.toMatchObject({ code: 'SECRETS_KEY_UNSAFE' });
  },
);

describe('rotating the master key', () => {
  it('replaces the file that GATEHOUSE_MASTER_KEY_FILE names, and nobody else may read it', async () => {
    const file = asFile();
    await test.set('TOKEN', LONG_VALUE);
    await test.store.rotateMaster(ACTOR);
    expect(readFileSync(file).equals(KEY)).toBe(false);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(await test.opened('TOKEN')).toBe(LONG_VALUE);
  });

  it('refuses to replace a credential of systemd’s, and says what to do', async () => {
    const file = asCredential();
    await test.set('TOKEN', LONG_VALUE);
    await expect(test.store.rotateMaster(ACTOR)).rejects.toMatchObject({
      code: 'SECRETS_KEY_FIXED',
      hint: expect.stringContaining('Put the new key in place'),
    });
    expect(readFileSync(file).equals(KEY)).toBe(true);
    expect(await test.opened('TOKEN')).toBe(LONG_VALUE);
  });
});
