import {
  type ClientId,
  type ContextId,
  RequestContext,
  type SessionId,
  type TaskId,
  type TraceId,
  type UserId,
} from '@gatehouse/kernel';
import type { AuditEntry } from '../src/index.ts';
import { prepareRow } from '../src/row/prepare-row.ts';
import type { RowScanner } from '../src/row/remembering-scanner.ts';
import type { PendingRow } from '../src/writer/pending-row.ts';
import { type MadeRow, MadeSession } from './made-session.ts';
import { ENDLESS_TRACE, LIFECYCLE, USERS } from './made-world.ts';
import { SeededRandom } from './seeded-random.ts';

const DAY_MS = 86_400_000;
const AT_ONCE = 40;
const SESSIONS_AT_ONCE = 60;
const ROWS_OF_A_BURST = 30;

export interface MadeRowsOptions {
  readonly rows: number;
  readonly fromMs: number;
  readonly toMs: number;
  readonly scanner: RowScanner;
  readonly seed?: number;
}

/**
 * Rows as a company writes them, in the order of their times, prepared as the writer prepares them: sixty sessions at a
 * time, a service with a third of all rows, people of whom few are busy, bursts, working days, denials of every policy,
 * callers without a token, one trace that never ends, and the events that are rare.
 */
export function* madeRows({ rows, fromMs, toMs, scanner, seed = 1 }: MadeRowsOptions): Generator<PendingRow> {
  const random = new SeededRandom(seed);
  const endless = new MadeSession(random, scanner, 7, ENDLESS_TRACE);
  const newSession = () => new MadeSession(random, scanner, aUser(random), null);
  const sessions = Array.from({ length: SESSIONS_AT_ONCE }, newSession);
  let current = 0;
  for (let i = 0; i < rows; i += 1) {
    if (random.chance(1 / ROWS_OF_A_BURST)) {
      current = random.below(SESSIONS_AT_ONCE);
      if (random.chance(0.15)) sessions[current] = newSession();
    }
    const made = random.chance(0.012)
      ? besides(random, scanner)
      : (random.chance(0.01) ? endless : sessions[current]!).next();
    yield {
      ...made,
      ms: timeOf(i, { rows, fromMs, toMs }),
      state: 'waiting',
      taken: true,
      resolve: () => undefined,
      reject: () => undefined,
    };
  }
}

/** A third of the sessions are the busy service's. */
function aUser(random: SeededRandom): number {
  return random.chance(0.33) ? 0 : 1 + Math.floor((USERS - 1) * random.next() ** 3);
}

/** By day and in clusters: forty rows within a tenth of a second, nothing at night. */
function timeOf(i: number, { rows, fromMs, toMs }: { rows: number; fromMs: number; toMs: number }): number {
  const clusters = Math.ceil(rows / AT_ONCE);
  const at = fromMs + (toMs - fromMs) * (Math.floor(i / AT_ONCE) / clusters);
  const day = Math.floor(at / DAY_MS) * DAY_MS;
  const working = Math.min(day + DAY_MS * 0.25 + (at - day) * 0.55, toMs);
  return Math.floor(working / 100) * 100 + Math.floor((i % AT_ONCE) * 2.4);
}

/** What no session does: callers without a token, and once in a while a change by an administrator. */
function besides(random: SeededRandom, scanner: RowScanner): MadeRow {
  const entry = besidesEntry(random);
  return { entry, row: prepareRow(entry, scanner) };
}

function besidesEntry(random: SeededRandom): AuditEntry {
  const known = random.chance(0.02);
  const context = RequestContext.of({
    userId: (known ? '01a20000-0000-7000-8000-000000000002' : 'anonymous') as UserId,
    sessionId: (known ? random.id() : 'none') as SessionId,
    rootSessionId: 'none' as SessionId,
    clientId: (known ? 'gatehouse-cli' : 'none') as ClientId,
    taskId: random.id() as TaskId,
    traceId: random.hex(32) as TraceId,
    contextId: random.id() as ContextId,
    role: known ? 'admin' : 'anonymous',
    agentId: null,
  });
  if (!known) {
    return {
      event: 'request.rejected',
      context,
      action: 'POST /api/v1/hooks/govern',
      decision: 'deny',
      policy: 'token_invalid',
      reason: 'The request holds no valid token.',
    };
  }
  return {
    event: random.skewed(LIFECYCLE),
    context,
    action: 'admin',
    decision: 'allow',
    policy: 'not_applicable',
    reason: 'An administrator changed something.',
    detail: { hash: random.hex(64) },
  };
}
