import type pg from 'pg';
import type { Batch } from './batch.ts';
import { bigintArray, OID, textArray, timestampArray, uuidArray } from './binary-array.ts';
import { PreparedMessage } from './prepared-message.ts';
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
const NAME = 'audit_append';
const PARAMETERS = 26;

const MESSAGE_OVERHEAD = 2048;
const ROW_OVERHEAD = 256;

/** Sends the batch and resolves when it is committed. */
export async function append(
  client: pg.Client,
  scratch: ScratchBuffer,
  chain: string,
  batch: Batch,
): Promise<void> {
  scratch.reset(batch.rows.reduce((sum, { row }) => sum + row.bytes + ROW_OVERHEAD, MESSAGE_OVERHEAD));
  writeBind(scratch, () => writeParameters(scratch, chain, batch));
  writeExecuteAndSync(scratch);
  const query = new PreparedMessage(NAME, APPEND, scratch.written());
  client.query(query);
  await query.done;
}

function writeParameters(scratch: ScratchBuffer, chain: string, batch: Batch): void {
  const { ids, seq, prevRoot, root, leaves, times } = batch;
  const rows = batch.rows.map(({ row }) => row);
  uuidArray(scratch, ids, rows.length);
  timestampArray(scratch, times);
  textArray(scratch, OID.text, rows, (row) => row.event);
  textArray(scratch, OID.text, rows, (row) => row.userId);
  textArray(scratch, OID.text, rows, (row) => row.sessionId);
  textArray(scratch, OID.text, rows, (row) => row.taskId);
  textArray(scratch, OID.text, rows, (row) => row.traceId);
  textArray(scratch, OID.text, rows, (row) => row.contextId);
  textArray(scratch, OID.text, rows, (row) => row.clientId);
  textArray(scratch, OID.text, rows, (row) => row.role);
  textArray(scratch, OID.text, rows, (row) => row.agentId);
  textArray(scratch, OID.text, rows, (row) => row.action);
  textArray(scratch, OID.text, rows, (row) => row.decision);
  textArray(scratch, OID.text, rows, (row) => row.policy);
  textArray(scratch, OID.text, rows, (row) => row.reason);
  textArray(scratch, OID.json, rows, (row) => row.evaluation);
  textArray(scratch, OID.json, rows, (row) => row.result);
  bigintArray(scratch, rows, (row) => row.costMicrodollars);
  scratch.sizedText(chain);
  scratch.sized(() => scratch.int64(seq));
  scratch.sized(() => scratch.bytes(prevRoot));
  scratch.sized(() => scratch.bytes(root));
  scratch.sized(() => scratch.int32(rows.length));
  scratch.sized(() => scratch.bytes(ids, 0, 16));
  scratch.sized(() => scratch.bytes(ids, ids.length - 16));
  scratch.sized(() => scratch.bytes(leaves));
}

/** Bind (PostgreSQL protocol 3.0, "Message Formats"): the unnamed portal, every parameter in binary, no result. */
function writeBind(scratch: ScratchBuffer, parameters: () => void): void {
  scratch.byte(0x42);
  scratch.sized(() => {
    scratch.cstring('');
    scratch.cstring(NAME);
    scratch.int16(1);
    scratch.int16(1);
    scratch.int16(PARAMETERS);
    parameters();
    scratch.int16(0);
  }, 4);
}

function writeExecuteAndSync(scratch: ScratchBuffer): void {
  scratch.byte(0x45);
  scratch.sized(() => {
    scratch.cstring('');
    scratch.int32(0);
  }, 4);
  scratch.byte(0x53);
  scratch.sized(() => undefined, 4);
}
