import { createHash } from 'node:crypto';
import { createReadStream, statSync } from 'node:fs';
import { pipeline } from 'node:stream/promises';

const MAX_KNOWN = 50_000;
const digests = new Map<string, { readonly stamp: string; readonly digest: string }>();

/** Tells a file from another one in its place, and from itself after it was written to. */
export function stampOf(path: string): string {
  const { dev, ino, size, mtimeNs, ctimeNs } = statSync(path, { bigint: true });
  return [dev, ino, size, mtimeNs, ctimeNs].join(' ');
}

/** SHA-256 of a file's bytes in hex. Read again only when the file is another, or was written to. */
export async function digestOf(path: string): Promise<string> {
  const stamp = stampOf(path);
  const known = digests.get(path);
  if (known?.stamp === stamp) return known.digest;
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  const digest = hash.digest('hex');
  if (digests.size >= MAX_KNOWN) digests.clear();
  digests.set(path, { stamp, digest });
  return digest;
}
