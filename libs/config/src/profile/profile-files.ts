import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Installation } from '../installation/installation.ts';

/** Exists without a file. */
export const DEFAULT_PROFILE = 'local';

const NAME = /^[a-z0-9](?:[_-]?[a-z0-9]){0,47}$/;

export function isProfileName(name: string): boolean {
  return NAME.test(name);
}

export function profileFile(installation: Installation, name: string): string {
  return join(installation.stateDir, 'profiles', `${name}.yaml`);
}

/** The names of all profiles, in order; `local` always among them. */
export function profileNames(installation: Installation): string[] {
  const names = new Set([DEFAULT_PROFILE]);
  for (const entry of entriesOf(join(installation.stateDir, 'profiles'))) {
    const name = entry.endsWith('.yaml') ? entry.slice(0, -'.yaml'.length) : '';
    if (isProfileName(name)) names.add(name);
  }
  return [...names].sort();
}

function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
