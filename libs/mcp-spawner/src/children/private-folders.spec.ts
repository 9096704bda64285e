import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { PrivateFolders } from './private-folders.ts';

/** Above every process id that Linux gives. */
const NOBODY = 2 ** 22 + 1;

let parent: string;
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'folders-'));
});
afterEach(() => rmSync(parent, { recursive: true }));

it('gives each child an empty folder that only its user may enter', () => {
  const folders = new PrivateFolders(parent);
  const made = [folders.create(), folders.create()];
  expect(new Set(made).size).toBe(2);
  for (const folder of made) {
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(readdirSync(folder)).toEqual([]);
  }
});

it('removes a folder without following links out of it', async () => {
  const outside = join(parent, 'outside');
  mkdirSync(outside);
  writeFileSync(join(outside, 'precious'), '');
  const folders = new PrivateFolders(parent);
  symlinkSync(outside, join(folders.create(), 'link'));
  await folders.removeAll();
  expect(readdirSync(parent)).toEqual(['outside']);
  expect(existsSync(join(outside, 'precious'))).toBe(true);
});

it('sweeps what a dead process left, and nothing of a live one or of anybody else', async () => {
  for (const name of [
    `gatehouse-mcp-${NOBODY}-abc`,
    `gatehouse-mcp-${process.pid}-abc`,
    'gatehouse-mcp-x',
    'other',
  ]) {
    mkdirSync(join(parent, name));
  }
  await new PrivateFolders(parent).sweep();
  expect(readdirSync(parent).sort()).toEqual(
    [`gatehouse-mcp-${process.pid}-abc`, 'gatehouse-mcp-x', 'other'].sort(),
  );
});
