import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { aCheckout } from '../../test/a-checkout.ts';
import { readOrCreateKey } from './read-or-create-key.ts';

const hex = (key: Buffer) => key.toString('hex');

describe('readOrCreateKey', () => {
  it('makes a key once and keeps it, one 0600 file a purpose in a 0700 folder outside the checkout', () => {
    const { installation, root } = aCheckout();
    const key = readOrCreateKey(installation, 'token-signing', 32);
    expect(key).toHaveLength(32);
    expect(hex(readOrCreateKey(installation, 'token-signing', 32))).toBe(hex(key));
    expect(hex(readOrCreateKey(installation, 'fingerprints', 32))).not.toBe(hex(key));
    expect(readdirSync(installation.keyDir).sort()).toEqual(['fingerprints', 'token-signing']);
    expect(statSync(installation.keyDir).mode & 0o777).toBe(0o700);
    expect(statSync(join(installation.keyDir, 'token-signing')).mode & 0o777).toBe(0o600);
    expect(installation.keyDir.startsWith(root)).toBe(false);
  });

  it('gives processes that race for the first use the same key', async () => {
    const { installation } = aCheckout();
    const program = `import { readOrCreateKey } from ${JSON.stringify(join(import.meta.dirname, 'read-or-create-key.ts'))};
      process.stdin.once('data', () => {
        const keys = Array.from({ length: 20 }, (_, i) => readOrCreateKey(${JSON.stringify(installation)}, 'race-' + i, 32).toString('hex'));
        process.stdout.write(keys.join(), () => process.exit(0));
      });
      process.stdout.write('ready ');`;
    const children = Array.from({ length: 4 }, () =>
      spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: ['pipe', 'pipe', 'inherit'] }),
    );
    await Promise.all(children.map((child) => once(child.stdout, 'data')));
    const outputs = children.map(async (child) => {
      child.stdin.write('go');
      return Buffer.concat(await child.stdout.toArray()).toString();
    });
    const keys = await Promise.all(outputs);
    expect(keys[0]!.split(',')).toHaveLength(20);
    expect(new Set(keys).size).toBe(1);
    expect(readdirSync(installation.keyDir)).toHaveLength(20);
  });

  it.each<[string, (keyDir: string) => void, string]>([
    ['a folder that others can look into', (keyDir) => chmodSync(keyDir, 0o755), 'is open to other users'],
    ['a key that others can read', (keyDir) => chmodSync(join(keyDir, 'k'), 0o640), 'is open to other users'],
    [
      'a link in the key’s place',
      (keyDir) => {
        writeFileSync(join(keyDir, 'other'), 'x'.repeat(32), { mode: 0o600 });
        symlinkSync('other', join(keyDir, 'linked'));
      },
      'cannot be opened (ELOOP)',
    ],
    [
      'a folder in the key’s place',
      (keyDir) => mkdirSync(join(keyDir, 'linked'), 0o700),
      'is not a regular file',
    ],
  ])('refuses %s', (_name, spoil, message) => {
    const { installation } = aCheckout();
    readOrCreateKey(installation, 'k', 32);
    spoil(installation.keyDir);
    const read = () => [readOrCreateKey(installation, 'k', 32), readOrCreateKey(installation, 'linked', 32)];
    expect(read).toThrow(
      expect.objectContaining({ code: 'CONFIG_KEY_UNSAFE', message: expect.stringContaining(message) }),
    );
  });

  it.each([0, 31, 33, 4096])('never replaces a key of %i bytes where 32 were asked for', (bytes) => {
    const { installation } = aCheckout();
    readOrCreateKey(installation, 'other', 32);
    writeFileSync(join(installation.keyDir, 'k'), Buffer.alloc(bytes, 7), { mode: 0o600 });
    expect(() => readOrCreateKey(installation, 'k', 32)).toThrow(
      expect.objectContaining({ code: 'CONFIG_KEY_INVALID', owner: 'operator' }),
    );
    expect(statSync(join(installation.keyDir, 'k')).size).toBe(bytes);
  });

  it.runIf(process.geteuid?.() === 0)('refuses a folder that belongs to someone else', async () => {
    const { installation } = aCheckout();
    readOrCreateKey(installation, 'k', 32);
    const { chownSync } = await import('node:fs');
    chownSync(installation.keyDir, 65534, 65534);
    expect(() => readOrCreateKey(installation, 'k', 32)).toThrow('belongs to user id 65534');
  });

  it.each(['../k', '', 'A', 'a/b', '.new-x'])('refuses the purpose %j', (purpose) => {
    expect(() => readOrCreateKey(aCheckout().installation, purpose, 32)).toThrow('purpose');
  });
});
