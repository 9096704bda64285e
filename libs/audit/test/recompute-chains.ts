import { createHash } from 'node:crypto';
import type pg from 'pg';

/** What an auditor would find: written from the contract's text alone, with nothing of the writer's code. */
export interface ChainReport {
  readonly rows: number;
  readonly seals: number;
  readonly problems: readonly string[];
}

interface StoredRow {
  readonly [column: string]: string | null;
}

const COLUMNS = [
  'action',
  'agent_id',
  'client_id',
  'context_id',
  'cost_microdollars',
  'decision',
  'evaluation',
  'event',
  'id',
  'occurred_at',
  'policy',
  'reason',
  'result',
  'role',
  'session_id',
  'task_id',
  'trace_id',
  'user_id',
] as const;

export async function recomputeChains(client: pg.Client | pg.Pool): Promise<ChainReport> {
  const problems: string[] = [];
  const { rows } = await client.query<StoredRow>(
    `select id::text, to_char(occurred_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as occurred_at, event,
       user_id, session_id, task_id, trace_id, context_id, client_id, role, agent_id, action, decision, policy, reason,
       evaluation::text as evaluation, result::text as result, cost_microdollars::text as cost_microdollars
     from audit_log`,
  );
  const leaves = new Map(rows.map((row) => [row.id!, leafOf(row)]));
  const seals = await client.query<{
    chain: string;
    seq: string;
    prev_root: Buffer;
    root: Buffer;
    n: number;
    row_ids: string[];
    leaves: Buffer;
  }>('select chain, seq, prev_root, root, n, row_ids, leaves from audit_seals order by chain, seq');
  const heads = new Map<string, { seq: bigint; root: Buffer; number: bigint }>();
  const sealed = new Set<string>();
  for (const seal of seals.rows) {
    const head = heads.get(seal.chain) ?? { seq: 0n, root: Buffer.alloc(32), number: 0n };
    const name = `${seal.chain} ${seal.seq}`;
    if (BigInt(seal.seq) !== head.seq + 1n) problems.push(`${name}: seal before it is missing`);
    if (!seal.prev_root.equals(head.root)) problems.push(`${name}: stands on another root`);
    let { number } = head;
    const hashes = seal.row_ids.map((id, i) => {
      const leaf = leaves.get(id);
      const kept = seal.leaves.subarray(i * 32, i * 32 + 32);
      if (leaf === undefined) problems.push(`${name}: row ${id} is gone`);
      else if (!leaf.equals(kept)) problems.push(`${name}: row ${id} was changed`);
      number += 1n;
      if (numberOf(id) !== number) problems.push(`${name}: row ${id} is not number ${number} of its lane`);
      sealed.add(id);
      return kept;
    });
    const root = createHash('sha256')
      .update(Buffer.from([2]))
      .update(`${seal.chain}\n${seal.seq}\n${seal.n}\n`)
      .update(seal.prev_root)
      .update(merkle(hashes))
      .digest();
    if (!root.equals(seal.root)) problems.push(`${name}: its root does not follow from its rows`);
    heads.set(seal.chain, { seq: BigInt(seal.seq), root: seal.root, number });
  }
  for (const id of leaves.keys()) if (!sealed.has(id)) problems.push(`row ${id} is not sealed`);
  return { rows: rows.length, seals: seals.rows.length, problems };
}

function leafOf(row: StoredRow): Buffer {
  const members = COLUMNS.map((column) => {
    const value = row[column]!;
    const text =
      column === 'evaluation' || column === 'result'
        ? value === null
          ? 'null'
          : withoutContent(value)
        : JSON.stringify(value);
    return `"${column}":${text}`;
  });
  return sha256(Buffer.concat([Buffer.from([0]), Buffer.from(`{${members.join(',')}}`)]));
}

/** Parses, leaves the content out and writes again: the stored text has to be canonical for the hash to come out. */
function withoutContent(text: string): string {
  const { content: _erasable, ...rest } = JSON.parse(text) as Record<string, unknown>;
  return canonical(rest);
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([key, child]) => `${JSON.stringify(key)}:${canonical(child)}`).join(',')}}`;
}

function merkle(hashes: readonly Buffer[]): Buffer {
  if (hashes.length === 1) return hashes[0]!;
  const left = 2 ** Math.floor(Math.log2(hashes.length - 1));
  return sha256(Buffer.concat([Buffer.from([1]), merkle(hashes.slice(0, left)), merkle(hashes.slice(left))]));
}

/** The 42 bits of row number of a row id. */
function numberOf(id: string): bigint {
  const bits = BigInt(`0x${id.replaceAll('-', '')}`);
  return (((bits >> 64n) & 0xfffn) << 30n) | ((bits >> 32n) & 0x3fffffffn);
}

function sha256(bytes: Buffer): Buffer {
  return createHash('sha256').update(bytes).digest();
}
