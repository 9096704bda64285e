import {
  type AgentId,
  type ClientId,
  type ContextId,
  RequestContext,
  type SessionId,
  type TaskId,
  type TraceId,
  type UserId,
} from '@gatehouse/kernel';
import { type AuditEntry, ScannedValue } from '../src/index.ts';
import { prepareRow } from '../src/row/prepare-row.ts';
import type { PreparedRow } from '../src/row/prepared-row.ts';
import type { RowScanner } from '../src/row/remembering-scanner.ts';
import {
  ACTIONS,
  AGENTS,
  BUSY_USER,
  DENIALS,
  RARE_ACTION,
  RARE_AGENT,
  roleOf,
  rulesOf,
  userId,
} from './made-world.ts';
import type { SeededRandom } from './seeded-random.ts';

const POLICY_VERSION = `sha256:${'5'.repeat(64)}`;
const PASSED = { policy: 'default_allow', reason: 'All checks passed.' } as const;
const WORDS =
  'the report of the quarter shows what every team of the company did and what it will do next '.repeat(200);

export interface MadeRow {
  readonly entry: AuditEntry;
  readonly row: PreparedRow;
}

/** What one session writes, row after row: calls in turns of a few, each turn a trace; most calls have an end. */
export class MadeSession {
  readonly #random: SeededRandom;
  readonly #scanner: RowScanner;
  readonly #fields: { userId: UserId; sessionId: SessionId; contextId: ContextId; clientId: ClientId };
  readonly #role: ReturnType<typeof roleOf>;
  readonly #agent: AgentId | null;
  readonly #endless: string | null;
  #trace: string;
  #left = 300;
  /** The allowed call whose end comes next. */
  #open: MadeRow | null = null;

  constructor(random: SeededRandom, scanner: RowScanner, userNumber: number, endlessTrace: string | null) {
    this.#random = random;
    this.#scanner = scanner;
    this.#endless = endlessTrace;
    this.#trace = endlessTrace ?? random.hex(32);
    this.#role = roleOf(userNumber);
    const agent = random.chance(0.3) ? random.skewed(AGENTS) : random.chance(0.0005) ? RARE_AGENT : null;
    this.#agent = agent as AgentId | null;
    const id = userId(userNumber);
    this.#fields = {
      userId: id as UserId,
      sessionId: random.id() as SessionId,
      contextId: random.id() as ContextId,
      clientId: (id === BUSY_USER ? 'ci-runner' : 'claude-code') as ClientId,
    };
  }

  next(): MadeRow {
    const open = this.#open;
    this.#open = null;
    if (open !== null) return this.#made(this.#end(open.entry, open.row.commitment));
    if (this.#random.chance(0.22)) this.#trace = this.#endless ?? this.#random.hex(32);
    if (this.#random.chance(0.06)) return this.#made(this.#said());
    const made = this.#made(this.#call());
    // One in two hundred is never heard of again.
    if (made.entry.decision === 'allow' && !this.#random.chance(0.005)) this.#open = made;
    return made;
  }

  #made(entry: AuditEntry): MadeRow {
    return { entry, row: prepareRow(entry, this.#scanner) };
  }

  #context(taskId: string): RequestContext {
    return RequestContext.of({
      ...this.#fields,
      rootSessionId: this.#fields.sessionId,
      taskId: taskId as TaskId,
      traceId: this.#trace as TraceId,
      role: this.#role,
      agentId: this.#agent,
    });
  }

  #call(): AuditEntry {
    const random = this.#random;
    this.#left = this.#left <= 1 ? 300 : this.#left - 1;
    const action = random.chance(0.000_05) ? RARE_ACTION : random.skewed(ACTIONS);
    const denied = random.chance(0.08);
    const place = random.next();
    const { policy, reason } = denied ? DENIALS.find(({ upTo }) => place < upTo)! : PASSED;
    return {
      event: 'tool_call.decided',
      context: this.#context(`toolu_01${random.hex(22)}`),
      action,
      decision: denied ? 'deny' : 'allow',
      policy,
      reason,
      rules: rulesOf(policy, this.#left, reason),
      policyVersion: POLICY_VERSION,
      input: ScannedValue.of(this.#scanner, this.#input(action)),
      claimed: { session_id: this.#fields.contextId, cwd: '/srv/projects/invoices' },
    };
  }

  #input(action: string) {
    const random = this.#random;
    const path = `/srv/projects/${random.hex(6)}/${random.hex(8)}.md`;
    if (action === 'Bash')
      return { command: `git log --oneline ${random.hex(10)} | head -40`, timeout: 30_000 };
    if (action === 'Write')
      return { file_path: path, content: this.#text(random.chance(0.1) ? 12_000 : 1200) };
    return { path, query: this.#text(40 + random.below(160)), limit: random.below(100) };
  }

  #text(most: number): string {
    const from = this.#random.below(80);
    return WORDS.slice(from, from + 1 + this.#random.below(most));
  }

  #end(
    { event: _decided, input: _input, claimed: _claimed, ...call }: AuditEntry,
    commitment: string | null,
  ): AuditEntry {
    const random = this.#random;
    const failed = random.chance(0.04);
    return {
      ...call,
      event: 'tool_call.completed',
      inputCommitment: commitment,
      result: {
        status: failed ? 'tool_error' : 'ok',
        error: failed ? 'The tool said that it failed.' : null,
        tokens: null,
        durationMs: Math.floor(5000 * random.next() ** 4),
        reportedBy: random.chance(0.5) ? 'client' : 'gatehouse',
        output: ScannedValue.of(this.#scanner, { text: this.#text(random.chance(0.02) ? 14_000 : 500) }),
      },
    };
  }

  #said(): AuditEntry {
    return {
      event: 'client.event',
      context: this.#context(this.#random.id()),
      action: 'hook:Notification',
      decision: 'allow',
      policy: 'not_applicable',
      reason: 'The client told of an event.',
      claimed: { hook_event_name: 'Notification', message: this.#text(60) },
    };
  }
}
