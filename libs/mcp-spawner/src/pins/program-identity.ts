import { createHash } from 'node:crypto';
import { createReadStream, existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { JsonObject } from '@gatehouse/kernel';
import type { LaunchPlan } from '../servers/launch-plan.ts';

/**
 * What runs for a server, below its definitions (threat T23): where its executable is, links followed, the digest of its
 * bytes, and of the package that it came in the name, the version and the integrity that the lock file promises.
 */
export async function programIdentity(plan: LaunchPlan, installationRoot: string): Promise<JsonObject> {
  return {
    path: plan.executable,
    sha256: await digestOf(plan.executable),
    ...packageOf(plan.executable, installationRoot),
  };
}

const digests = new Map<string, { readonly stamp: string; readonly digest: string }>();
const manifests = new Map<string, { readonly stamp: string; readonly manifest: Manifest | undefined }>();

/** Tells a file from another one in its place, and from itself after it was written to. */
function stampOf(path: string): string {
  const { dev, ino, size, mtimeNs, ctimeNs } = statSync(path, { bigint: true });
  return [dev, ino, size, mtimeNs, ctimeNs].join(' ');
}

/** Read again only when the file is another, or was written to. */
async function digestOf(path: string): Promise<string> {
  const stamp = stampOf(path);
  const known = digests.get(path);
  if (known?.stamp === stamp) return known.digest;
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  const digest = hash.digest('hex');
  digests.set(path, { stamp, digest });
  return digest;
}

function packageOf(path: string, installationRoot: string): JsonObject {
  for (let folder = dirname(path); folder !== dirname(folder); folder = dirname(folder)) {
    const manifest = readManifest(join(folder, 'package.json'));
    if (manifest?.version === undefined) continue;
    return { package: manifest.name ?? '', version: manifest.version, ...lockOf(folder, installationRoot) };
  }
  return {};
}

/** What the installation's lock file says of a package in it. */
function lockOf(folder: string, installationRoot: string): JsonObject {
  const key = relative(installationRoot, folder).split(sep).join('/');
  if (!key.includes('node_modules/')) return {};
  const integrity = readManifest(join(installationRoot, 'package-lock.json'))?.packages?.[key]?.integrity;
  return integrity === undefined ? {} : { integrity };
}

interface Manifest {
  readonly name?: string;
  readonly version?: string;
  readonly packages?: Readonly<Record<string, { readonly integrity?: string } | undefined>>;
}

/** A lock file is long: read again only when it is another. */
function readManifest(path: string): Manifest | undefined {
  if (!existsSync(path)) return undefined;
  const stamp = stampOf(path);
  const known = manifests.get(path);
  if (known?.stamp === stamp) return known.manifest;
  const manifest = parsed(readFileSync(path, 'utf8'));
  manifests.set(path, { stamp, manifest });
  return manifest;
}

function parsed(text: string): Manifest | undefined {
  try {
    return JSON.parse(text) as Manifest;
  } catch {
    return undefined;
  }
}
