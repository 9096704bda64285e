import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

const SKIPPED = /^(?:(?:node_modules|test)$|dist(?:$|-))/;

/**
 * A hash over everything that goes into a bundle: paths, sizes and times of the sources, the lock file, the Node that
 * builds. Contents are not read, so that asking costs milliseconds; a checkout that touches a file builds once more.
 *
 * @param {string} root the checkout
 * @param {readonly string[]} inputs files and folders below it
 */
export function fingerprint(root, inputs) {
  const hash = createHash('sha256').update(process.version);
  for (const path of inputs.flatMap((input) => list(root, input)).sort(byText)) {
    const { size, mtimeMs } = statSync(join(root, path));
    hash.update(`${path}\0${size}\0${mtimeMs}\n`);
  }
  return hash.digest('hex');
}

/** What `stamp` wrote at the end of the last build, or null. @param {string} file */
export function readStamp(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}

function list(root, path) {
  if (statSync(join(root, path), { throwIfNoEntry: false })?.isDirectory() !== true) return [path];
  return readdirSync(join(root, path), { withFileTypes: true }).flatMap((entry) => {
    if (entry.name.startsWith('.') || entry.name.endsWith('.spec.ts')) return [];
    if (entry.isDirectory()) return SKIPPED.test(entry.name) ? [] : list(root, `${path}/${entry.name}`);
    return entry.isFile() ? [`${path}/${entry.name}`] : [];
  });
}

/** By code units: the same on every machine, whatever its language. */
function byText(a, b) {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
