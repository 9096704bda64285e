import { createHash } from 'node:crypto';

/** How a code, token or id that was given out is stored: good for recognising it, and for nothing else. */
export function hashOf(kind: string, value: string): Buffer {
  return createHash('sha256').update(`gatehouse oauth ${kind}\n`).update(value).digest();
}
