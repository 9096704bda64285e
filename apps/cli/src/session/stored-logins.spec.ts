import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { StoredLoginsFile } from './stored-logins.ts';

const LOGINS = { current: 'admin@localhost', sessions: { 'admin@localhost': 'session-1' } };
let folder: string;
let path: string;
let file: StoredLoginsFile;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gatehouse-logins-'));
  const keyDir = join(folder, 'keys');
  path = join(keyDir, 'cli-logins-local.json');
  file = new StoredLoginsFile({ root: folder, servicesDir: folder, stateDir: folder, keyDir }, 'local');
});

afterEach(() => rmSync(folder, { recursive: true }));

it('knows nobody at first', () => {
  expect(file.read()).toEqual({ current: null, sessions: {} });
});

it('keeps who logged in, in a file for this user alone', () => {
  file.write(LOGINS);
  expect(file.read()).toEqual(LOGINS);
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

it.each(['', 'null', '{}', '{"current": 1, "sessions": {}}', '{"current": null, "sessions": {"a": 1}}', '{'])(
  'refuses a file that holds %j',
  (text) => {
    mkdirSync(join(path, '..'), { mode: 0o700 });
    writeFileSync(path, text, { mode: 0o600 });
    expect(() => file.read()).toThrow('does not hold what was written to it');
  },
);

it('refuses a file that others can read', () => {
  file.write(LOGINS);
  chmodSync(path, 0o644);
  expect(() => file.read()).toThrow('is open to other users');
});

it('follows no link', () => {
  mkdirSync(join(path, '..'), { mode: 0o700 });
  const elsewhere = join(folder, 'elsewhere');
  writeFileSync(elsewhere, JSON.stringify(LOGINS), { mode: 0o600 });
  symlinkSync(elsewhere, path);
  expect(() => file.read()).toThrow('cannot be opened');
});
