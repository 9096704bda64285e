import { accessSync, constants } from 'node:fs';

const NAMES = ['unshare', 'setpriv', 'mount', 'umount', 'mkdir'] as const;
/** The system's own: nothing that a PATH could name. */
const FOLDERS = ['/usr/bin', '/bin', '/usr/sbin', '/sbin'];

/** Absolute paths of what builds a cage. */
export type CagePrograms = Readonly<Record<(typeof NAMES)[number], string>>;

/** Undefined, with the first that is missing, where the system does not have them all. */
export function findCagePrograms(): CagePrograms | { readonly missing: string } {
  const found: Partial<Record<(typeof NAMES)[number], string>> = {};
  for (const name of NAMES) {
    const path = FOLDERS.map((folder) => `${folder}/${name}`).find(isExecutable);
    if (path === undefined) return { missing: name };
    found[name] = path;
  }
  return found as CagePrograms;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
