import { readdirSync, readFileSync, statSync } from 'node:fs';
import { extname, join } from 'node:path';

const KINDS = new Set(['.md', '.json', '.ts', '.js', '.mjs', '.cjs']);
const LARGEST = 1_000_000;
/** Packages whose purpose is to hold what looks like credentials. */
const LEFT_OUT = /secretlint|re2js|fixtures?|__tests__|gatehouse/;

/** What agents read and write on an ordinary day: every n-th README, JSON, TypeScript and JavaScript file. */
export function ordinaryFiles(folder, most) {
  const paths = [];
  const walk = (at) => {
    for (const entry of readdirSync(at, { withFileTypes: true })) {
      const path = join(at, entry.name);
      if (LEFT_OUT.test(path.slice(folder.length))) continue;
      if (entry.isDirectory()) walk(path);
      else if (entry.isFile() && KINDS.has(extname(entry.name))) paths.push(path);
    }
  };
  walk(folder);
  const step = Math.max(1, Math.floor(paths.length / most));
  return paths
    .toSorted((a, b) => (a < b ? -1 : 1))
    .filter((path, index) => index % step === 0 && statSync(path).size <= LARGEST)
    .map((path) => ({ path: path.slice(folder.length + 1), text: readFileSync(path, 'utf8') }));
}
