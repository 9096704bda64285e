import type pg from 'pg';
import { merkleRoot } from '../seal/merkle.ts';
import {
  bundledKeys,
  chainsOf,
  checkpointsOf,
  countRows,
  logsOf,
  rowsOfSeals,
  type StoredSeal,
  sealsOf,
  unsealedRows,
} from './bundle.queries.ts';
import type { BundleRecord, LogRecord, SealRecord } from './bundle-record.ts';

export interface BundleOptions {
  readonly from?: Date;
  readonly to?: Date;
  /** With what was sent and what came back. */
  readonly content: boolean;
}

/**
 * Everything that proves the log, record by record, as one moment of the database has it. The client is the caller's
 * alone until the last record is out.
 */
export async function* bundleRecords(
  client: pg.ClientBase,
  { from, to, content }: BundleOptions,
): AsyncGenerator<BundleRecord> {
  await client.query('begin transaction isolation level repeatable read, read only');
  try {
    const logs = await logsOf(client);
    const { origin } = logs.at(-1)!;
    const range =
      from === undefined && to === undefined
        ? null
        : { from: from?.toISOString() ?? null, to: to?.toISOString() ?? null };
    yield { record: 'bundle', version: 1, origin, created_at: new Date().toISOString(), range, content };
    if (logs.length > 1) yield* logs;
    for (const log of logs) yield* keysOf(client, log, origin);
    let inLog = 0;
    for (const chain of await chainsOf(client)) {
      for (let seals = await sealsOf(client, chain, '0'); seals.length > 0; ) {
        const wanted = seals.filter((seal) => isInRange(seal, from, to));
        const rows = await rowsOfSeals(
          client,
          wanted.flatMap((seal) => seal.row_ids),
          content,
        );
        for (const seal of seals) {
          const whole = isInRange(seal, from, to);
          yield sealRecord(seal, whole);
          if (!whole) continue;
          for (const id of seal.row_ids) {
            const row = rows.get(id);
            if (row === undefined) continue;
            if (row.held === undefined) inLog += 1;
            yield row;
          }
        }
        seals = await sealsOf(client, chain, seals.at(-1)!.seq);
      }
    }
    if (range === null && (await countRows(client)) !== inLog) yield* await unsealedRows(client, content);
    for (const log of logs) {
      const named = log.origin === origin ? {} : { origin: log.origin };
      for (let page = await checkpointsOf(client, log.origin, 0); page.length > 0; ) {
        for (const checkpoint of page) yield { ...checkpoint, ...named };
        page = await checkpointsOf(client, log.origin, page.at(-1)!.no);
      }
    }
  } finally {
    await client.query('rollback').catch(() => undefined);
  }
}

async function* keysOf(client: pg.ClientBase, log: LogRecord, current: string): AsyncGenerator<BundleRecord> {
  const named = log.origin === current ? {} : { origin: log.origin };
  for (const { vkey, since, certificate } of await bundledKeys(client, log.origin))
    yield { record: 'key', ...named, vkey, since: since.toISOString(), certificate };
}

/** A row's time is in its id. */
function isInRange({ first_id, last_id }: StoredSeal, from?: Date, to?: Date): boolean {
  const ms = (id: string) => Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
  return (
    (from === undefined || ms(last_id) >= from.getTime()) &&
    (to === undefined || ms(first_id) <= to.getTime())
  );
}

function sealRecord(seal: StoredSeal, whole: boolean): SealRecord {
  const { chain, seq, n, prev_root, root, row_ids, leaves } = seal;
  const hashes = Array.from({ length: leaves.length / 32 }, (_, i) =>
    leaves.toString('hex', i * 32, i * 32 + 32),
  );
  return {
    record: 'seal',
    chain,
    seq: Number(seq),
    n,
    prev_root: prev_root.toString('hex'),
    root: root.toString('hex'),
    ...(whole ? { ids: row_ids, leaves: hashes } : { merkle: merkleRoot(leaves, n).toString('hex') }),
  };
}
