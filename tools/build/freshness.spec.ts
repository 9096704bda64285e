import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { fingerprint } from './freshness.mjs';

const INPUTS = ['libs', 'package-lock.json'];
let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'gatehouse-freshness-'));
  write('package-lock.json', '{}');
  write('libs/a/src/index.ts', 'one');
});

afterEach(() => rmSync(root, { recursive: true }));

it.each([
  ['a changed source', () => write('libs/a/src/index.ts', 'other')],
  ['a touched source', () => utimesSync(join(root, 'libs/a/src/index.ts'), 1, 1)],
  ['a new source', () => write('libs/a/src/new.ts', '')],
  ['a removed source', () => rmSync(join(root, 'libs/a/src/index.ts'))],
  ['a new lock file', () => write('package-lock.json', '{"a": 1}')],
])('asks for a build after %s', (_, change) => {
  const before = fingerprint(root, INPUTS);
  change();
  expect(fingerprint(root, INPUTS)).not.toBe(before);
});

it.each([
  'libs/a/src/index.spec.ts',
  'libs/a/test/attack.ts',
  'libs/a/dist/main.js',
  'libs/a/node_modules/b/index.js',
])('does not build for %s', (path) => {
  const before = fingerprint(root, INPUTS);
  write(path, '');
  expect(fingerprint(root, INPUTS)).toBe(before);
});

function write(path: string, text: string): void {
  mkdirSync(join(root, path, '..'), { recursive: true });
  writeFileSync(join(root, path), text);
}
