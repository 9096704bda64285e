import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readSettings, writeSettings } from './settings-file.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gatehouse-settings-'));
  file = join(folder, '.claude', 'settings.json');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function put(content: string, mode = 0o644): void {
  mkdirSync(join(folder, '.claude'), { mode: 0o755 });
  writeFileSync(file, content);
  chmodSync(file, mode);
}

const modeOf = (path: string) => statSync(path).mode & 0o777;

describe('writing settings', () => {
  it('makes a file that is its owner’s alone, and the folder', () => {
    writeSettings(file, { a: 1 }, 0o600);
    expect(readFileSync(file, 'utf8')).toBe('{\n  "a": 1\n}\n');
    expect(modeOf(file)).toBe(0o600);
    expect(modeOf(join(folder, '.claude'))).toBe(0o700);
    expect(readdirSync(join(folder, '.claude'))).toEqual(['settings.json']);
  });

  it('closes a file that was open to others, and keeps what it was before the first change alone', () => {
    put('{ "b": 2 }');
    writeSettings(file, { a: 1 }, 0o600);
    writeSettings(file, { a: 2 }, 0o600);
    expect(modeOf(file)).toBe(0o600);
    expect(readFileSync(`${file}.before-gatehouse`, 'utf8')).toBe('{ "b": 2 }');
    expect(modeOf(`${file}.before-gatehouse`)).toBe(0o600);
  });

  it('refuses a folder that others may write, and leaves nothing behind', () => {
    put('{}');
    chmodSync(join(folder, '.claude'), 0o777);
    expect(() => writeSettings(file, { a: 1 }, 0o600)).toThrow(
      expect.objectContaining({ code: 'CATALOG_SETTINGS_UNSAFE' }),
    );
    expect(readdirSync(join(folder, '.claude'))).toEqual(['settings.json']);
    expect(readFileSync(file, 'utf8')).toBe('{}');
  });
});

describe('reading settings', () => {
  it('finds none, an empty file, and one with a byte order mark', () => {
    expect(readSettings(file)).toBeNull();
    put(' \n');
    expect(readSettings(file)).toEqual({});
    writeFileSync(file, '\uFEFF{"a":1}');
    expect(readSettings(file)).toEqual({ a: 1 });
  });

  it.each(['{"a":1,}', '[]', '"text"', 'null', '// canary\n{}', '{"canary'])(
    'refuses %j and does not quote it',
    (content) => {
      put(content);
      expect(() => readSettings(file)).toThrow(
        expect.objectContaining({ code: 'CATALOG_SETTINGS_INVALID', owner: 'operator' }),
      );
      expect(() => readSettings(file)).not.toThrow('canary');
      expect(() => readSettings(file)).toThrow(file);
    },
  );

  it('refuses a link: what it leads to may be published', () => {
    put('{}');
    rmSync(file);
    writeFileSync(join(folder, 'dotfiles.json'), '{}');
    symlinkSync(join(folder, 'dotfiles.json'), file);
    expect(() => readSettings(file)).toThrow(expect.objectContaining({ code: 'CATALOG_SETTINGS_UNSAFE' }));
    expect(existsSync(file)).toBe(true);
  });
});
