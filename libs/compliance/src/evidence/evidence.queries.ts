import { createHash } from 'node:crypto';
import { leafOf } from '@gatehouse/audit';
import type { withClient } from '@gatehouse/database';
import type { EvidenceQuery } from './evidence-query.ts';

type Queryable = Pick<Parameters<Parameters<typeof withClient>[1]>[0], 'query'>;

const PAGE = 2000;
const EXAMPLES = 20;
/** As the seal has them: json as the text that it was written as. */
const COLUMNS =
  `id::text as id, to_char(occurred_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as occurred_at, event, ` +
  'user_id, session_id, task_id, trace_id, context_id, client_id, role, agent_id, action, decision, policy, reason, ' +
  'evaluation::text as evaluation, result::text as result, cost_microdollars::text as cost_microdollars';

export interface Period {
  readonly from: Date;
  /** Exclusive. */
  readonly to: Date;
}

/** What a question to the audit log found. */
export interface Evidence {
  readonly rows: number;
  /**
   * SHA-256 over the leaves of the rows (the 32 bytes that their seal covers), in the order of their ids, in hex: whoever
   * has the rows, from a bundle of the audit log, computes the same.
   */
  readonly rowsSha256: string;
  readonly first: string | null;
  readonly last: string | null;
  /** The first of them, by id. */
  readonly examples: readonly string[];
}

/** Reads every row that the question is about, oldest first. */
export async function gatherEvidence(
  client: Queryable,
  query: EvidenceQuery,
  period: Period,
): Promise<Evidence> {
  const hash = createHash('sha256');
  const examples: string[] = [];
  let rows = 0;
  let first: string | null = null;
  let last: string | null = null;
  let after = '00000000-0000-0000-0000-000000000000';
  for (;;) {
    const { rows: page } = await client.query<Record<string, string>>({
      name: 'compliance_evidence',
      text: `select ${COLUMNS} from audit_log
              where id >= audit_id_at($1::timestamptz) and id < audit_id_at($2::timestamptz) and id > $3::uuid
                and ($4::text[] is null or event = any($4)) and ($5::text[] is null or policy = any($5))
                and ($6::text is null or decision = $6)
              order by id limit ${PAGE}`,
      values: [
        period.from,
        period.to,
        after,
        query.events ?? null,
        query.policies ?? null,
        query.decision ?? null,
      ],
    });
    for (const row of page) {
      hash.update(leafOf(row));
      if (examples.length < EXAMPLES) examples.push(row.id!);
    }
    rows += page.length;
    first ??= page[0]?.occurred_at ?? null;
    last = page.at(-1)?.occurred_at ?? last;
    if (page.length < PAGE) break;
    after = page.at(-1)!.id!;
  }
  return { rows, rowsSha256: hash.digest('hex'), first, last, examples };
}

/** Whether anything at all was recorded in the period. */
export async function hasRows(client: Queryable, { from, to }: Period): Promise<boolean> {
  const { rowCount } = await client.query(
    'select from audit_log where id >= audit_id_at($1::timestamptz) and id < audit_id_at($2::timestamptz) limit 1',
    [from, to],
  );
  return rowCount === 1;
}
