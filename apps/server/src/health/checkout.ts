import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

export interface Checkout {
  readonly version: string;
  /** The full HEAD of the checkout; `unknown` outside of one. */
  readonly commit: string;
}

/** Which build this is, read once at start without running git. */
export async function readCheckout(root: string): Promise<Checkout> {
  const manifest = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
  return { version: manifest.version, commit: (await headOf(root)) ?? 'unknown' };
}

async function headOf(root: string): Promise<string | null> {
  const gitDir = await gitFolder(root);
  const head = await textOf(join(gitDir, 'HEAD'));
  if (head === null) return null;
  const ref = /^ref: (.+)$/.exec(head)?.[1];
  if (ref === undefined) return head;
  const common = resolve(gitDir, (await textOf(join(gitDir, 'commondir'))) ?? '.');
  return (await textOf(join(common, ref))) ?? packedRef(await textOf(join(common, 'packed-refs')), ref);
}

/** `.git` is a folder, or in a work tree a file that names one. */
async function gitFolder(root: string): Promise<string> {
  const pointer = await textOf(join(root, '.git'));
  const target = pointer === null ? undefined : /^gitdir: (.+)$/.exec(pointer)?.[1];
  return resolve(root, target ?? '.git');
}

function packedRef(packed: string | null, ref: string): string | null {
  const line = packed?.split('\n').find((entry) => entry.endsWith(` ${ref}`));
  return line?.split(' ')[0] ?? null;
}

async function textOf(path: string): Promise<string | null> {
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch {
    return null;
  }
}
