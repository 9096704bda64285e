import { fileURLToPath } from 'node:url';
import type pg from 'pg';
import type { Callers, Outcome } from './callers.ts';
import type { ServerToKill } from './server-to-kill.ts';

/** Written from the documentation's text alone, with nothing of the writer's code. */
const VERIFIER = fileURLToPath(new URL('../../../../libs/audit/test/recompute-chains.ts', import.meta.url));

/** What the audit log says of the calls, beside what their callers know. */
export interface Account {
  readonly sent: number;
  readonly allowed: number;
  readonly denied: number;
  readonly unanswered: number;
  /** `tool_call.decided` and `request.rejected` rows. */
  readonly rows: number;
  /** Calls that `audit.gap` and `request.summarised` rows count. */
  readonly counted: number;
  /** Allowed answers without a committed allow: none, ever. */
  readonly allowedWithoutRow: number;
  /** Answers without a row of their own: denials of an outage, which have to be among the counted. */
  readonly answeredWithoutRow: number;
  /** Rows of calls that nobody made, or second rows of one call. */
  readonly rowsTooMany: number;
  /** What somebody who recomputes every chain finds. */
  readonly chainProblems: readonly string[];
}

interface Verifier {
  readonly recomputeChains: (owner: pg.Client) => Promise<{ readonly problems: readonly string[] }>;
}

/** `loads`: all callers that the server ever had. */
export async function account(server: ServerToKill, loads: readonly Callers[]): Promise<Account> {
  const rows = await server.query<{ trace_id: string; decision: string }>(
    `select trace_id, decision from audit_log where event in ('tool_call.decided', 'request.rejected')`,
  );
  const [counted] = await server.query<{ n: number }>(
    `select coalesce(sum((evaluation->'detail'->>'count')::int), 0)::int as n from audit_log
      where event in ('audit.gap', 'request.summarised')`,
  );
  const decisions = new Map(rows.map(({ trace_id, decision }) => [trace_id, decision]));
  const { recomputeChains }: Verifier = await import(VERIFIER);
  const { problems } = await server.withOwner((owner) => recomputeChains(owner));
  const calls = loads.flatMap((callers) => [...callers.calls]);
  const count = (wanted: Outcome) => calls.filter(([, outcome]) => outcome === wanted).length;
  const answered = calls.filter(([, outcome]) => outcome === 'allow' || outcome === 'deny');
  return {
    sent: calls.length,
    allowed: count('allow'),
    denied: count('deny'),
    unanswered: count('unanswered'),
    rows: rows.length,
    counted: counted!.n,
    allowedWithoutRow: calls.filter(([trace, one]) => one === 'allow' && decisions.get(trace) !== 'allow')
      .length,
    answeredWithoutRow: answered.filter(([trace]) => !decisions.has(trace)).length,
    rowsTooMany: rows.length - calls.filter(([trace]) => decisions.has(trace)).length,
    chainProblems: problems,
  };
}
