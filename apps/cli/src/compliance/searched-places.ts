import { closeSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs';
import { join } from 'node:path';
import type { FindSpans } from '@gatehouse/secrets';

const CHUNK_BYTES = 8 * 1024 * 1024;
/** Longer than any form of what is looked for. */
const OVERLAP_BYTES = 4_096;
const PAGE_BYTES = 4_096;
const CHUNK = Buffer.alloc(CHUNK_BYTES);

/** What was looked at, and how often something was found there. */
export interface Searched {
  readonly bytes: number;
  readonly hits: number;
}

export function searchBytes(bytes: Buffer, find: FindSpans): Searched {
  return { bytes: bytes.length, hits: find(bytes).length };
}

export function searchFile(file: string, find: FindSpans): Searched {
  const fd = openSync(file, 'r');
  try {
    let total = sum([]);
    for (let at = 0; ; at += CHUNK_BYTES - OVERLAP_BYTES) {
      const got = readSync(fd, CHUNK, 0, CHUNK_BYTES, at);
      total = sum([total, searchBytes(CHUNK.subarray(0, got), find)]);
      if (got < CHUNK_BYTES) return total;
    }
  } finally {
    closeSync(fd);
  }
}

export function searchFolder(folder: string, find: FindSpans): Searched {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return sum(
    entries
      .filter((entry) => entry.isFile())
      .map((entry) => {
        try {
          return searchFile(join(entry.parentPath, entry.name), find);
        } catch {
          // Removed while we looked, as a database does.
          return sum([]);
        }
      }),
  );
}

/** Every readable page of a process, as the kernel gives it. */
export function searchMemory(pid: number, find: FindSpans): Searched {
  const fd = openSync(`/proc/${pid}/mem`, 'r');
  try {
    const regions = readFileSync(`/proc/${pid}/maps`, 'latin1').split('\n').flatMap(readableRegion);
    return sum(regions.map(([from, to]) => searchRegion(fd, from, to, find)));
  } finally {
    closeSync(fd);
  }
}

export function searchProcessFile(pid: number, name: 'environ' | 'cmdline', find: FindSpans): Searched {
  try {
    return searchBytes(readFileSync(`/proc/${pid}/${name}`), find);
  } catch {
    // It ended while we looked at the others.
    return sum([]);
  }
}

/** All processes below one. */
export function descendantsOf(pid: number): number[] {
  const below = readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
    readFileSync(`/proc/${pid}/task/${thread}/children`, 'latin1')
      .trim()
      .split(' ')
      .filter(Boolean)
      .map(Number),
  );
  return below.flatMap((child) => [child, ...descendantsOf(child)]);
}

export function sum(parts: readonly Searched[]): Searched {
  return parts.reduce((total, part) => ({ bytes: total.bytes + part.bytes, hits: total.hits + part.hits }), {
    bytes: 0,
    hits: 0,
  });
}

function readableRegion(line: string): [bigint, bigint][] {
  const [, from, to, name = ''] = /^([0-9a-f]+)-([0-9a-f]+) r\S+ \S+ \S+ \S+\s*(.*)$/.exec(line) ?? [];
  if (from === undefined || to === undefined || /^\[v(?:var|syscall)/.test(name)) return [];
  return [[BigInt(`0x${from}`), BigInt(`0x${to}`)]];
}

function searchRegion(fd: number, from: bigint, to: bigint, find: FindSpans): Searched {
  let total = sum([]);
  for (let at = from; at < to; ) {
    const wanted = Number(to - at < BigInt(CHUNK_BYTES) ? to - at : BigInt(CHUNK_BYTES));
    const chunk = CHUNK.subarray(0, readAt(fd, wanted, at));
    total = sum([total, searchBytes(chunk, find)]);
    if (chunk.length === Number(to - at)) break;
    // Short: the page after what was read is reserved, with nothing behind it.
    at += BigInt(chunk.length === wanted ? wanted - OVERLAP_BYTES : chunk.length + PAGE_BYTES);
  }
  return total;
}

function readAt(fd: number, length: number, at: bigint): number {
  try {
    return readSync(fd, CHUNK, 0, length, at as unknown as number);
  } catch {
    return 0;
  }
}
