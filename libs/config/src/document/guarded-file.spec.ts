import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, renameSync, symlinkSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { aCheckout, type Checkout } from '../../test/a-checkout.ts';
import { readGuardedFile } from './guarded-file.ts';
import { ownersOf } from './ownership.ts';

const FILE = 'services/agents/x.yaml';

function read(spoil: (checkout: Checkout) => void): string {
  const checkout = aCheckout({ [FILE]: 'a: 1\n' });
  spoil(checkout);
  const result = readGuardedFile(checkout.root, checkout.path(FILE), ownersOf(checkout.root));
  return result.ok ? result.bytes.toString() : result.message;
}

describe('readGuardedFile', () => {
  it.each<[string, (checkout: Checkout) => void, string]>([
    ['reads a file of the operator’s', () => {}, 'a: 1\n'],
    [
      'takes a file of exactly 1 MiB',
      (checkout) => checkout.write(FILE, 'x'.repeat(1024 * 1024)),
      'x'.repeat(1024 * 1024),
    ],
    [
      'refuses one byte more',
      (checkout) => checkout.write(FILE, 'x'.repeat(1024 * 1024 + 1)),
      'is too large',
    ],
    ['refuses a missing file', (checkout) => checkout.remove(FILE), 'does not exist'],
    [
      'refuses a link',
      (checkout) => {
        renameSync(checkout.path(FILE), checkout.path('y.yaml'));
        symlinkSync(checkout.path('y.yaml'), checkout.path(FILE));
      },
      'is a link',
    ],
    [
      'refuses a folder that is a link',
      (checkout) => {
        renameSync(checkout.path('services/agents'), checkout.path('agents'));
        symlinkSync(checkout.path('agents'), checkout.path('services/agents'));
      },
      'lies below "agents", which is a link',
    ],
    [
      'refuses a folder in its place',
      (checkout) => {
        checkout.remove(FILE);
        mkdirSync(checkout.path(FILE));
      },
      'is not a regular file',
    ],
    [
      'refuses a named pipe, without waiting for a writer',
      (checkout) => {
        checkout.remove(FILE);
        execFileSync('mkfifo', [checkout.path(FILE)]);
      },
      'is not a regular file',
    ],
    [
      'refuses what everyone may write',
      (checkout) => chmodSync(checkout.path(FILE), 0o646),
      'may be written by everyone',
    ],
    [
      'refuses a folder that everyone may write, though the file is closed',
      (checkout) => chmodSync(checkout.path('services'), 0o777),
      'lies below "services", which may be written by everyone',
    ],
  ])('%s', (_name, spoil, expected) => {
    expect(read(spoil)).toBe(expected);
  });

  describe.runIf(process.geteuid?.() === 0)('as root', () => {
    it.each<[string, (path: string) => void, string]>([
      ['refuses a file of another user', (path) => chownSync(path, 65534, 65534), 'belongs to user id 65534'],
      [
        'refuses a group that is not the owner’s private one',
        (path) => {
          chownSync(path, 0, 65534);
          chmodSync(path, 0o664);
        },
        'may be written by its group',
      ],
    ])('%s', (_name, spoil, expected) => {
      expect(read((checkout) => spoil(checkout.path(FILE)))).toBe(expected);
    });

    it('takes files of whoever owns the checkout, who could change the program as well', () => {
      const taken = read((checkout) => {
        for (const path of ['', 'services', 'services/agents', FILE])
          chownSync(checkout.path(path), 65534, 65534);
      });
      expect(taken).toBe('a: 1\n');
    });
  });
});
