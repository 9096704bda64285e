import { readFileSync } from 'node:fs';
import type { JsonObject } from '@gatehouse/kernel';

/** Where a command came from, for its row (threat T1): the user of the operating system, what started it, whether a person sat there. */
export function operatorTrace(): JsonObject {
  return {
    uid: process.getuid?.() ?? null,
    parent: parentName(),
    terminal: process.stdin.isTTY === true,
  };
}

/** The parent process's name: its first word alone, since arguments can hold secrets. */
function parentName(): string | null {
  try {
    return readFileSync(`/proc/${process.ppid}/comm`, 'utf8').trim();
  } catch {
    return null;
  }
}
