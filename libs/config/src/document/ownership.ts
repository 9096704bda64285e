import { readFileSync, type Stats, statSync } from 'node:fs';

/** Whose files the configuration may consist of. */
export interface FileOwners {
  /** User ids that may own a file. */
  readonly users: ReadonlySet<number>;
}

/**
 * root, the user who runs this process, and the owner of the checkout: who owns the checkout owns the program
 * itself, so distrusting their policy files would protect nothing.
 */
export function ownersOf(root: string): FileOwners {
  return { users: new Set([0, process.geteuid?.() ?? 0, statSync(root).uid]) };
}

/** Why a file or folder could have been changed by someone other than the operator; undefined when it could not. */
export function ownershipProblem(
  stats: Stats,
  owners: FileOwners,
): { message: string; expected: string } | undefined {
  if (process.platform === 'win32') return undefined;
  if (!owners.users.has(stats.uid)) {
    return {
      message: `belongs to user id ${stats.uid}`,
      expected: `an owner among user ids ${[...owners.users].join(', ')}`,
    };
  }
  if ((stats.mode & 0o002) !== 0) {
    return { message: 'may be written by everyone', expected: 'a mode such as 0644: chmod go-w' };
  }
  if ((stats.mode & 0o020) !== 0 && !isPrivateGroup(stats)) {
    return { message: 'may be written by its group', expected: 'a mode such as 0644: chmod go-w' };
  }
  return undefined;
}

/**
 * Whether the group has no member but the owner. Ubuntu gives each user such a group and the umask 002, so a
 * fresh clone there is group-writable without being open to anyone.
 */
function isPrivateGroup(stats: Stats): boolean {
  if (stats.gid !== stats.uid) return false;
  try {
    const line = readFileSync('/etc/group', 'utf8')
      .split('\n')
      .find((entry) => entry.split(':')[2] === String(stats.gid));
    return line !== undefined && (line.split(':')[3] ?? '').trim() === '';
  } catch {
    return false;
  }
}
