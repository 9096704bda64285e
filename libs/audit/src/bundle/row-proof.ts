import type pg from 'pg';
import { consistencyRanges, inclusionPath, inclusionRanges } from '../seal/merkle-proof.ts';
import { RangeRoots } from '../seal/range-roots.ts';
import { currentOrigin, lastCheckpoint } from '../signing/signing.queries.ts';
import { checkpointNote, rowsOfSeals, sealOf, treeEntries, treeIndex } from './bundle.queries.ts';
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

/**
 * Null when there is no such row, or no checkpoint covers it yet. Reads the tree's entries one after the other, as one
 * moment of the database has them. The client is the caller's alone.
 */
export async function rowProof(client: pg.ClientBase, id: string, from?: number): Promise<RowProof | null> {
  await client.query('begin transaction isolation level repeatable read, read only');
  try {
    return await proofOf(client, id, from);
  } finally {
    await client.query('rollback').catch(() => undefined);
  }
}

async function proofOf(client: pg.ClientBase, id: string, from?: number): Promise<RowProof | null> {
  const origin = await currentOrigin(client);
  const [seal, last] = [await sealOf(client, id), await lastCheckpoint(client, origin)];
  if (seal === null || last === null) return null;
  const row = (await rowsOfSeals(client, [id], false)).get(id);
  const index = await treeIndex(client, origin, seal);
  if (row === undefined || index === null) return null;
  const { size } = last;
  const older = from === undefined || from > size || from < 1 ? null : from;
  const beside = inclusionRanges(size, index);
  const extending = older === null ? [] : consistencyRanges(size, older);
  const roots = new RangeRoots([{ start: 0, end: size }, ...beside, ...extending]);
  for await (const hashes of treeEntries(client, origin, last.no)) for (const hash of hashes) roots.add(hash);
  const [root, ...path] = hex(roots.roots());
  if (root !== last.root) return null;
  const place = seal.row_ids.indexOf(id);
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
    tree: { index, size, path: path.slice(0, beside.length) },
    checkpoint: await checkpointNote(client, origin, last.no),
    ...(older === null ? {} : { consistency: { from: older, path: path.slice(beside.length) } }),
  };
}

function hex(hashes: readonly Buffer[]): string[] {
  return hashes.map((hash) => hash.toString('hex'));
}
