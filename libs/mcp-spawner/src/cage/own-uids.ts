import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** The range that systemd gives to dynamic users: nobody has an account there. */
const FIRST = 61_184;
const COUNT = 4_336;

/** A user id for each server, that stays the same while the server keeps its name. */
export function ownUids(names: Iterable<string>): ReadonlyMap<string, number> {
  const uids = new Map<string, number>();
  const taken = new Set<number>();
  for (const name of [...names].sort()) {
    let at = createHash('sha256').update(name).digest().readUInt32BE(0) % COUNT;
    while (taken.has(at)) at = (at + 1) % COUNT;
    taken.add(at);
    uids.set(name, FIRST + at);
  }
  return uids;
}

/** Whether this machine, or the container that looks like one, has these ids at all. */
export function hasOwnUids(): boolean {
  try {
    return readFileSync('/proc/self/uid_map', 'utf8')
      .trim()
      .split('\n')
      .map((line) => line.trim().split(/\s+/).map(Number))
      .some(([inside = 0, , count = 0]) => inside <= FIRST && inside + count >= FIRST + COUNT);
  } catch {
    return false;
  }
}
