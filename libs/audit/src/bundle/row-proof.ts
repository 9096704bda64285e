import type pg from 'pg';
import { merkleRoot } from '../seal/merkle.ts';
import { consistencyPath, inclusionPath } from '../seal/merkle-proof.ts';
import { currentOrigin, lastCheckpoint } from '../signing/signing.queries.ts';
import { checkpointNote, rowsOfSeals, sealOf, treeEntries } from './bundle.queries.ts';
import type { RowRecord } from './bundle-record.ts';

/** That one row is in the signed tree, without any other row. Hashes are hex. */
export interface RowProof {
  readonly record: 'proof';
  readonly version: 1;
  /** Without its content. */
  readonly row: RowRecord;
  readonly seal: {
    readonly chain: string;
    readonly seq: number;
    readonly n: number;
    readonly prev_root: string;
    readonly root: string;
    /** Of the row in the seal, from 0. */
    readonly place: number;
    readonly path: readonly string[];
  };
  readonly tree: { readonly index: number; readonly size: number; readonly path: readonly string[] };
  readonly checkpoint: string;
  /** That the tree extends an older one of that size. */
  readonly consistency?: { readonly from: number; readonly path: readonly string[] };
}

/** Null when there is no such row, or no checkpoint covers it yet. */
export async function rowProof(client: pg.ClientBase, id: string, from?: number): Promise<RowProof | null> {
  const origin = await currentOrigin(client);
  const [seal, last] = [await sealOf(client, id), await lastCheckpoint(client, origin)];
  if (seal === null || last === null) return null;
  const row = (await rowsOfSeals(client, [id], false)).get(id);
  const entries = await treeEntries(client, origin, last.no);
  const index = entries.places.get(`${seal.chain} ${seal.seq}`);
  if (row === undefined || index === undefined) return null;
  const { hashes } = entries;
  const size = hashes.length / 32;
  if (merkleRoot(hashes, size).toString('hex') !== last.root) return null;
  const place = seal.row_ids.indexOf(id);
  const hex = (path: readonly Buffer[]) => path.map((hash) => hash.toString('hex'));
  return {
    record: 'proof',
    version: 1,
    row,
    seal: {
      chain: seal.chain,
      seq: Number(seal.seq),
      n: seal.n,
      prev_root: seal.prev_root.toString('hex'),
      root: seal.root.toString('hex'),
      place,
      path: hex(inclusionPath(seal.leaves, seal.n, place)),
    },
    tree: { index, size, path: hex(inclusionPath(hashes, size, index)) },
    checkpoint: await checkpointNote(client, origin, last.no),
    ...(from === undefined || from > size || from < 1
      ? {}
      : { consistency: { from, path: hex(consistencyPath(hashes, size, from)) } }),
  };
}
