import type pg from 'pg';
import type { Batch } from './batch.ts';
import { bigintArray, OID, textArray, timestampArray, uuidArray } from './binary-array.ts';
import type { ScratchBuffer } from './scratch-buffer.ts';

const COLUMNS =
  'id, occurred_at, event, user_id, session_id, task_id, trace_id, context_id, client_id, role, agent_id, action, ' +
  'decision, policy, reason, evaluation, result, cost_microdollars';

/** Rows and seal in one statement: one round trip, one transaction, one commit. */
const APPEND = `with sealed as (
  insert into audit_seals (chain, seq, prev_root, root, n, first_id, last_id, row_ids, leaves)
  values ($19, $20, $21, $22, $23, $24, $25, $1::uuid[], $26))
insert into audit_log (${COLUMNS})
select * from unnest($1::uuid[], $2::timestamptz[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],
  $8::text[], $9::text[], $10::text[], $11::text[], $12::text[], $13::text[], $14::text[], $15::text[], $16::json[],
  $17::json[], $18::bigint[])`;

const PARAMETER_OVERHEAD = 1024;
const ROW_OVERHEAD = 256;

/** Sends the batch and resolves when it is committed. */
export async function append(
  client: pg.Client,
  scratch: ScratchBuffer,
  chain: string,
  batch: Batch,
): Promise<void> {
  const { rows, ids } = batch;
  scratch.reset(rows.reduce((sum, { row }) => sum + row.bytes + ROW_OVERHEAD, PARAMETER_OVERHEAD));
  const text = (of: (row: Batch['rows'][number]['row']) => string | null, oid: number = OID.text) =>
    textArray(
      scratch,
      oid,
      rows.map(({ row }) => of(row)),
    );
  await client.query({
    name: 'audit_append',
    text: APPEND,
    values: [
      uuidArray(scratch, ids, rows.length),
      timestampArray(scratch, batch.times),
      text((row) => row.event),
      text((row) => row.userId),
      text((row) => row.sessionId),
      text((row) => row.taskId),
      text((row) => row.traceId),
      text((row) => row.contextId),
      text((row) => row.clientId),
      text((row) => row.role),
      text((row) => row.agentId),
      text((row) => row.action),
      text((row) => row.decision),
      text((row) => row.policy),
      text((row) => row.reason),
      text((row) => row.evaluation, OID.json),
      text((row) => row.result, OID.json),
      bigintArray(
        scratch,
        rows.map(({ row }) => row.costMicrodollars),
      ),
      chain,
      batch.seq.toString(),
      batch.prevRoot,
      batch.root,
      rows.length,
      ids.subarray(0, 16),
      ids.subarray(ids.length - 16),
      batch.leaves,
    ],
  });
}
