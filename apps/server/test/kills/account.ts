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

/**
 * What the log says now. `loads`: all callers that the server ever had; they may go on calling meanwhile. `chains: false`
 * leaves out recomputing every chain, which takes longer the more rows there are.
 */
export async function account(
  server: ServerToKill,
  loads: readonly Callers[],
  { chains = true }: { readonly chains?: boolean } = {},
): Promise<Account> {
  // What is answered by now has its row by then, and what has a row by then was sent before it is counted below.
  const before = new Map(loads.flatMap((callers) => [...callers.calls]));
  const rows = await server.query<{ trace_id: string; decision: string }>(
    `select trace_id, decision from audit_log where event in ('tool_call.decided', 'request.rejected')`,
  );
  const [counted] = await server.query<{ n: number }>(
    `select coalesce(sum((evaluation->'detail'->>'count')::int), 0)::int as n from audit_log
      where event in ('audit.gap', 'request.summarised')`,
  );
  const decisions = new Map(rows.map(({ trace_id, decision }) => [trace_id, decision]));
  const { recomputeChains }: Verifier = await import(VERIFIER);
  const problems = chains ? await server.withOwner((owner) => problemsOfNow(owner, recomputeChains)) : [];
  const calls = loads.flatMap((callers) => [...callers.calls]);
  const count = (wanted: Outcome) => calls.filter(([, outcome]) => outcome === wanted).length;
  const answered = [...before].filter(([, outcome]) => outcome === 'allow' || outcome === 'deny');
  return {
    sent: calls.length,
    allowed: count('allow'),
    denied: count('deny'),
    unanswered: count('unanswered'),
    rows: rows.length,
    counted: counted!.n,
    allowedWithoutRow: answered.filter(([trace, one]) => one === 'allow' && decisions.get(trace) !== 'allow')
      .length,
    answeredWithoutRow: answered.filter(([trace]) => !decisions.has(trace)).length,
    rowsTooMany: rows.length - calls.filter(([trace]) => decisions.has(trace)).length,
    chainProblems: problems,
  };
}

/** Of one moment: rows and seals are read by two statements, between which more of both may be committed. */
async function problemsOfNow(
  owner: pg.Client,
  recompute: Verifier['recomputeChains'],
): Promise<readonly string[]> {
  await owner.query('begin isolation level repeatable read, read only');
  return (await recompute(owner)).problems;
}
