import { createHash } from 'node:crypto';
import { readdir, readlink } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { digestOf } from './file-digest.ts';

const MAX_FILES = 10_000;

/**
 * SHA-256 in hex over every file of a package: its path and its bytes, links as what they point to. Packages within it
 * (`node_modules`) are others. Null when there is too much of it.
 */
export async function folderDigest(folder: string): Promise<string | null> {
  const entries = await filesBelow(folder);
  if (entries === null) return null;
  const hash = createHash('sha256');
  for (const { path, isLink } of entries.sort((a, b) => (a.path < b.path ? -1 : 1))) {
    const content = isLink ? `-> ${await readlink(path)}` : await digestOf(path);
    hash.update(`${relative(folder, path)}\0${content}\n`);
  }
  return hash.digest('hex');
}

interface Found {
  readonly path: string;
  readonly isLink: boolean;
}

async function filesBelow(folder: string): Promise<Found[] | null> {
  const found: Found[] = [];
  const waiting = [folder];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    for (const entry of await readdir(next, { withFileTypes: true })) {
      const path = join(next, entry.name);
      if (entry.isDirectory()) {
        if (entry.name !== 'node_modules') waiting.push(path);
      } else if (entry.isFile() || entry.isSymbolicLink()) found.push({ path, isLink: !entry.isFile() });
      if (found.length > MAX_FILES) return null;
    }
  }
  return found;
}
