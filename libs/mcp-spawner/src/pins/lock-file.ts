import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { stampOf } from './file-digest.ts';

/** What `package-lock.json` (version 2 or 3) says of one package. */
export interface LockedPackage {
  readonly version?: string;
  readonly integrity?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

export interface Manifest {
  readonly name?: string;
  readonly version?: string;
  /** Of a lock file: by folder, relative to it. */
  readonly packages?: Readonly<Record<string, LockedPackage | undefined>>;
}

const manifests = new Map<string, { readonly stamp: string; readonly manifest: Manifest | undefined }>();

/** A `package.json` or lock file; undefined where there is none. A lock file is long: read again only when it is another. */
export function readManifest(path: string): Manifest | undefined {
  if (!existsSync(path)) return undefined;
  const stamp = stampOf(path);
  const known = manifests.get(path);
  if (known?.stamp === stamp) return known.manifest;
  const manifest = parsed(readFileSync(path, 'utf8'));
  manifests.set(path, { stamp, manifest });
  return manifest;
}

/**
 * SHA-256 in hex over the version and the integrity that the lock file promises of everything that a package loads, as
 * Node finds it from the package's folder outward.
 */
export function dependenciesDigest(lock: Manifest, folder: string): string {
  const packages = lock.packages ?? {};
  const seen = new Set<string>();
  const waiting = [folder];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { dependencies, optionalDependencies, peerDependencies } = packages[next] ?? {};
    const names = Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies });
    for (const name of names) {
      const found = foundFrom(packages, next, name);
      if (found === undefined || seen.has(found)) continue;
      seen.add(found);
      waiting.push(found);
    }
  }
  const lines = [...seen].map((key) => `${key} ${packages[key]?.version} ${packages[key]?.integrity}`);
  return createHash('sha256').update(lines.sort().join('\n')).digest('hex');
}

function foundFrom(
  packages: NonNullable<Manifest['packages']>,
  from: string,
  name: string,
): string | undefined {
  for (let folder = from; ; ) {
    const key = `${folder === '' ? '' : `${folder}/`}node_modules/${name}`;
    if (packages[key] !== undefined) return key;
    if (folder === '') return undefined;
    const at = folder.lastIndexOf('node_modules/');
    folder = at <= 0 ? '' : folder.slice(0, at - 1);
  }
}

function parsed(text: string): Manifest | undefined {
  try {
    return JSON.parse(text) as Manifest;
  } catch {
    return undefined;
  }
}
