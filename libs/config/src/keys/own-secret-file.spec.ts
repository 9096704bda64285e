import { chmodSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { operatorPassphraseFromFile, readOwnSecret } from './own-secret-file.ts';

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gatehouse-secret-'));
  file = join(folder, 'passphrase');
  writeFileSync(file, 'correct horse battery\n', { mode: 0o600 });
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('a secret in a file of our own', () => {
  it('is read without its line break', () => {
    expect(readOwnSecret(file).reveal()).toBe('correct horse battery');
  });

  it.each<[string, () => void, RegExp]>([
    ['its group can read it', () => chmodSync(file, 0o640), /open to other users/],
    ['everybody can read it', () => chmodSync(file, 0o604), /open to other users/],
    ['it is large', () => writeFileSync(file, 'x'.repeat(5000)), /larger than 4 KiB/],
    ['it is gone', () => rmSync(file), /cannot be opened \(ENOENT\)/],
  ])('is refused when %s', (_why, spoil, problem) => {
    spoil();
    expect(() => readOwnSecret(file)).toThrow(problem);
  });

  it('is refused behind a link', () => {
    symlinkSync(file, join(folder, 'link'));
    expect(() => readOwnSecret(join(folder, 'link'))).toThrow(/ELOOP/);
  });

  it.each([undefined, ''])('is none where the variable is %j', (value) => {
    expect(operatorPassphraseFromFile({ GATEHOUSE_OPERATOR_PASSPHRASE_FILE: value })).toBe(null);
  });
});
