import { hash } from 'node:crypto';

const SEAL = Buffer.from([2]);

/** What the first seal of a chain stands on. */
export const NO_ROOT = Buffer.alloc(32);

/** The root of a seal: SHA-256(0x02 ‖ chain LF seq LF n LF ‖ prev_root ‖ merkle). */
export function sealRoot(chain: string, seq: bigint, n: number, prevRoot: Buffer, merkle: Buffer): Buffer {
  const bound = Buffer.from(`${chain}\n${seq}\n${n}\n`);
  return hash('sha256', Buffer.concat([SEAL, bound, prevRoot, merkle]), 'buffer');
}
