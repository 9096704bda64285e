import type { Anchor, AnchorRecord } from './anchor.ts';

/** The server's own log on standard output, which a collector carries away. */
export function logAnchor(log: (record: AnchorRecord) => void): Anchor {
  return { name: 'standard output', publish: async (record) => log(record) };
}
