import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { canonicalJson } from '@gatehouse/kernel';
import type { LaunchPlan } from './launch-plan.ts';

/**
 * SHA-256 in hex over all that decides which definitions a server gives: its command line, its environment, the
 * bytes of its executable, and the release of the package that the executable came in (a new release may keep
 * its entry file).
 */
export async function launchHash(plan: LaunchPlan): Promise<string> {
  const identity = {
    executable: plan.executable,
    args: plan.args,
    env: { ...plan.env },
    digest: await digestOf(plan.executable),
    package: await packageVersionAbove(plan.executable),
    ...(plan.remote === null ? {} : { remote: { ...plan.remote, headers: { ...plan.remote.headers } } }),
  };
  return createHash('sha256').update(canonicalJson(identity)).digest('hex');
}

async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

async function packageVersionAbove(path: string): Promise<string> {
  for (let folder = dirname(path); folder !== dirname(folder); folder = dirname(folder)) {
    const manifest = join(folder, 'package.json');
    if (!existsSync(manifest)) continue;
    const version = /"version"\s*:\s*"([^"]{1,100})"/.exec(await readFile(manifest, 'utf8'))?.[1];
    if (version !== undefined) return version;
  }
  return '';
}
