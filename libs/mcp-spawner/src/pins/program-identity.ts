import { dirname, join, relative, sep } from 'node:path';
import type { JsonObject } from '@gatehouse/kernel';
import type { LaunchPlan } from '../servers/launch-plan.ts';
import { digestOf } from './file-digest.ts';
import { folderDigest } from './folder-digest.ts';
import { interpretedScript } from './interpreted-script.ts';
import { dependenciesDigest, readManifest } from './lock-file.ts';

/**
 * What runs for a server, below its definitions (threat T23): where its executable is, links followed, and the digest of
 * its bytes; the same of the script where the executable is an interpreter; of the package that it came in the name, the
 * version, the digest of its files, the integrity that the lock file promises, and that of all it loads.
 */
export async function programIdentity(plan: LaunchPlan, installationRoot: string): Promise<JsonObject> {
  const script = interpretedScript(plan);
  return {
    ...(await fileIdentity(plan.executable, installationRoot)),
    ...(script === undefined ? {} : { script: await fileIdentity(script, installationRoot) }),
  };
}

async function fileIdentity(path: string, installationRoot: string): Promise<JsonObject> {
  return { path, sha256: await digestOf(path), ...(await packageOf(path, installationRoot)) };
}

/** Members that pins of earlier releases do not hold: such a pin is held to what it does. */
const SINCE_FOLDERS = ['script', 'package_sha256', 'dependencies_sha256'];

/** An identity as it was pinned before packages were pinned whole. */
export function earlierIdentity(identity: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(identity).filter(([name]) => !SINCE_FOLDERS.includes(name)));
}

async function packageOf(path: string, installationRoot: string): Promise<JsonObject> {
  for (let folder = dirname(path); folder !== dirname(folder); folder = dirname(folder)) {
    const manifest = readManifest(join(folder, 'package.json'));
    if (manifest?.version === undefined) continue;
    const own = { package: manifest.name ?? '', version: manifest.version };
    // A checkout that a program lies in is no package that it came in.
    if (!folder.split(sep).includes('node_modules')) return own;
    const digest = await folderDigest(folder);
    return {
      ...own,
      ...(digest === null ? {} : { package_sha256: digest }),
      ...lockedAt(folder, installationRoot),
    };
  }
  return {};
}

/** What the installation's lock file says of a package in it, and of what that loads. */
function lockedAt(folder: string, installationRoot: string): JsonObject {
  const key = relative(installationRoot, folder).split(sep).join('/');
  const lock = readManifest(join(installationRoot, 'package-lock.json'));
  const integrity = lock?.packages?.[key]?.integrity;
  if (lock === undefined || integrity === undefined) return {};
  return { integrity, dependencies_sha256: dependenciesDigest(lock, key) };
}
