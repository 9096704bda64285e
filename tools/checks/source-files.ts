import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A file of the checkout: `path` is relative to its root, with forward slashes. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

const CODE = /\.(?:ts|tsx|mts|mjs|js|cjs)$/;
const SKIPPED = /^(?:\.|node_modules$|coverage$|dist(?:$|-))/;

/** Every code file below the folders, in a stable order. Folders that do not exist count as empty. */
export function readSourceFiles(root: string, folders: readonly string[]): SourceFile[] {
  return folders
    .flatMap((folder) => listFiles(root, folder))
    .filter((path) => CODE.test(path))
    .sort()
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
}

/** Code that only runs in tests: specs, and what lies in a `test` folder of a project. */
export function isTestFile(path: string): boolean {
  return /\.spec\.tsx?$/.test(path) || /^(?:apps|libs)\/[^/]+\/test\//.test(path);
}

function listFiles(root: string, folder: string): string[] {
  const entries = readdirSync(join(root, folder), { withFileTypes: true, recursive: false });
  return entries.flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) {
      return SKIPPED.test(entry.name) ? [] : listFiles(root, path);
    }
    return entry.isFile() ? [path] : [];
  });
}
