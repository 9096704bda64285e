import type { AuditFilter, AuditVisibility, CallFilter } from '../src/index.ts';
import type { KnownPlaces } from './known-places.ts';
import { BUSY_USER, ENDLESS_TRACE, RARE_ACTION, RARE_AGENT, userId } from './made-world.ts';
import type { Question } from './questions.ts';

const ALL: AuditVisibility = { kind: 'all' };
const IDLE = userId(480);
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

const self = (user: string): AuditVisibility => ({ kind: 'self', userId: user });

/** Every list, filter, trace and stream query, with values that are frequent, rare, old, and not there at all. */
export function auditQuestions(places: KnownPlaces): readonly Question[] {
  return [...lists(places), ...traces(places), ...calls(places), ...streams(places)];
}

function lists({ at }: KnownPlaces): readonly Question[] {
  const list = (name: string, filter: Partial<AuditFilter>, visibility = ALL): Question => ({
    name: `list: ${name}`,
    ask: ({ audit }) => audit.list({ limit: 50, ...filter }, visibility),
  });
  const session = (part: number) => ({ sessionId: at(part).session_id });
  return [
    list('newest', {}),
    list('200 newest', { limit: 200 }),
    list('a page in the middle', { before: at(0.5).id }),
    list('the last page', { before: at(0).id }),
    list('a day in the middle', {
      since: at(0.5).occurred_at,
      until: new Date(at(0.5).occurred_at.getTime() + DAY_MS),
    }),
    list('a day without rows', { since: new Date('2020-01-01'), until: new Date('2020-01-02') }),
    list('event, frequent', { event: 'tool_call.decided' }),
    list('event, rare', { event: 'policy.changed' }),
    list('event of callers without a token', { event: 'request.rejected' }),
    list('event, none', { event: 'audit.erased' }),
    list('event of models, none', { event: 'model_call.decided' }),
    list('denied', { decision: 'deny' }),
    list('denied, in the middle', { decision: 'deny', before: at(0.5).id }),
    list('denied completions, none', { decision: 'deny', event: 'tool_call.completed' }),
    list('policy, frequent', { policy: 'blocklisted' }),
    list('policy, rare', { policy: 'tool_changed' }),
    list('policy, none', { policy: 'audit_unavailable' }),
    list('policy of allowed calls', { policy: 'default_allow' }),
    list('allowed by a policy that denies, none', { decision: 'allow', policy: 'blocklisted' }),
    list('user, busy', { userId: BUSY_USER }),
    list('user, idle', { userId: IDLE }),
    list('user, none', { userId: 'user-0' }),
    list('session, new', session(0.999)),
    list('session, old', session(0.01)),
    list('session, none', { sessionId: 'session-none' }),
    list('trace', { traceId: at(0.3).trace_id }),
    list('trace without end', { traceId: ENDLESS_TRACE }),
    list('task', { taskId: at(0.3).task_id }),
    list('agent, frequent', { agentId: 'developer_agent' }),
    list('agent, rare', { agentId: RARE_AGENT }),
    list('agent, none', { agentId: 'no_agent' }),
    list('action, frequent', { action: 'Bash' }),
    list('action, rare', { action: RARE_ACTION }),
    list('action, none', { action: 'mcp__none__tool' }),
    list('busy user, denied', { userId: BUSY_USER, decision: 'deny' }),
    list('busy user, rare action', { userId: BUSY_USER, action: RARE_ACTION }),
    list('busy user, policy none', { userId: BUSY_USER, policy: 'audit_unavailable' }),
    list('busy user, no such end', { userId: BUSY_USER, event: 'request.rejected' }),
    list('frequent agent, rare action', { agentId: 'developer_agent', action: RARE_ACTION }),
    list('frequent agent and action, policy rare', {
      agentId: 'developer_agent',
      action: 'Bash',
      policy: 'tool_changed',
    }),
    list('frequent action, of models, none', { action: 'Bash', event: 'model_call.decided' }),
    list('open calls', { open: true }),
    list('open calls of an idle user', { open: true, userId: IDLE }),
    list('own', {}, self(IDLE)),
    list('own, of the busy', {}, self(BUSY_USER)),
    list('own, session of another', session(0.5), self(IDLE)),
    list('own, action none', { action: 'mcp__none__tool' }, self(BUSY_USER)),
    list('own, open', { open: true }, self(BUSY_USER)),
    list('of a department', {}, { kind: 'department', userId: IDLE, department: 'finance' }),
    list(
      'of a department, action none',
      { action: 'mcp__none__tool' },
      {
        kind: 'department',
        userId: IDLE,
        department: 'finance',
      },
    ),
  ];
}

function traces({ at }: KnownPlaces): readonly Question[] {
  const trace = (name: string, id: string, visibility = ALL): Question => ({
    name: `trace: ${name}`,
    ask: ({ audit }) => audit.trace(id, visibility),
  });
  return [
    trace('by its id', at(0.7).trace_id),
    trace('by a task', at(0.2).task_id),
    trace('by a row', at(0.4).id),
    trace('none', 'f'.repeat(32)),
    trace('without end', ENDLESS_TRACE),
    trace('of another', at(0.7).trace_id, self(IDLE)),
  ];
}

function calls({ at }: KnownPlaces): readonly Question[] {
  const call = (name: string, filter: Partial<CallFilter>, visibility = ALL): Question => ({
    name: `calls: ${name}`,
    ask: ({ audit }) => audit.calls({ limit: 50, ...filter }, visibility),
  });
  const trace = (name: string, filter: Partial<CallFilter>, visibility = ALL): Question => ({
    name: `traces: ${name}`,
    ask: ({ audit }) => audit.traces({ limit: 50, ...filter }, visibility),
  });
  const statistics = (name: string, days: number, visibility = ALL): Question => ({
    name: `statistics: ${name}`,
    ask: ({ audit }) => audit.callStatistics(new Date(Date.now() - days * DAY_MS), visibility),
  });
  const measured = (name: string, ms: number, visibility: AuditVisibility): Question => ({
    name: `measured: ${name}`,
    ask: ({ audit }) => audit.performance({ since: new Date(Date.now() - ms) }, visibility),
  });
  return [
    call('newest', {}),
    call('200 newest', { limit: 200 }),
    call('in the middle', { before: at(0.5).id }),
    call('denied', { decision: 'deny' }),
    call('frequent action', { action: 'Bash' }),
    call('rare action', { action: RARE_ACTION }),
    call('action none', { action: 'mcp__none__tool' }),
    call('of models, none', { kind: 'model' }),
    call('own', {}, self(IDLE)),
    trace('newest', {}),
    trace('in the middle', { before: at(0.5).id }),
    trace('of an idle user', { userId: IDLE }),
    trace('of a rare agent', { agentId: RARE_AGENT }),
    trace('of nobody', { userId: 'user-0' }),
    trace('own', {}, self(BUSY_USER)),
    statistics('the last day', 1),
    statistics('the last 30 days', 30),
    statistics('a year', 365),
    statistics('a year, own', 365, self(IDLE)),
    statistics('a year, own, busy', 365, self(BUSY_USER)),
    statistics('a year, of a department', 365, { kind: 'department', userId: IDLE, department: 'finance' }),
    measured('an hour, own', HOUR_MS, self(BUSY_USER)),
    measured('a week, own', 7 * DAY_MS, self(IDLE)),
    measured('a week, own, busy', 7 * DAY_MS, self(BUSY_USER)),
  ];
}

function streams({ at, chain, seqs }: KnownPlaces): readonly Question[] {
  const middle = new Map([[chain, BigInt(Math.floor(seqs / 2))]]);
  return [
    { name: 'stream: how far it goes', ask: ({ audit }) => audit.heads() },
    {
      name: 'stream: the next seals and the rows of the first',
      ask: async ({ audit }) => {
        const seals = await audit.sealsAfter(middle, 4);
        return audit.rows(seals[0]?.rowIds.slice(0, 50) ?? [], ALL);
      },
    },
    {
      name: 'stream: own among them, none',
      ask: async ({ audit }) => {
        const seals = await audit.sealsAfter(middle, 4);
        return audit.rows(seals[0]?.rowIds.slice(0, 50) ?? [], self('user-0'));
      },
    },
    {
      name: 'export to sinks: 20 seals and 500 rows',
      ask: async ({ audit }) => {
        const seals = await audit.sealsAfter(middle, 20);
        return audit.rows(seals[0]?.rowIds.slice(0, 500) ?? [], ALL);
      },
    },
    { name: 'export: 200 rows, oldest first', ask: ({ audit }) => audit.from({ limit: 200 }, null, ALL) },
    {
      name: 'export: the next 200, denied',
      ask: ({ audit }) => audit.from({ limit: 200, decision: 'deny' }, at(0.5).id, ALL),
    },
    {
      name: 'export: of an action that is not there',
      ask: ({ audit }) => audit.from({ limit: 200, action: 'mcp__none__tool' }, null, ALL),
    },
  ];
}
