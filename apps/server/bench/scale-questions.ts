import { type AuditFilter, AuditReader, type AuditVisibility, type CallFilter } from '@gatehouse/audit';

export interface Question {
  readonly name: string;
  readonly ask: (reader: AuditReader) => Promise<unknown>;
}

const ALL: AuditVisibility = { kind: 'all' };

/** Every list, filter, trace and stream query, with values that are frequent, rare, old and not there. */
export function scaleQuestions(known: {
  readonly rows: number;
  /** Ids at the given parts of the log. */
  readonly idAt: (part: number) => string;
  readonly timeAt: (part: number) => Date;
  readonly sessionAt: (part: number) => string;
  readonly traceAt: (part: number) => string;
  readonly taskAt: (part: number) => string;
}): readonly Question[] {
  const { idAt, sessionAt, taskAt, timeAt, traceAt } = known;
  const list = (name: string, filter: Partial<AuditFilter>, visibility = ALL): Question => ({
    name: `list: ${name}`,
    ask: (reader) => reader.list({ limit: 50, ...filter }, visibility),
  });
  const calls = (name: string, filter: Partial<CallFilter>, visibility = ALL): Question => ({
    name: `calls: ${name}`,
    ask: (reader) => reader.calls({ limit: 50, ...filter }, visibility),
  });
  const self = (user: string): AuditVisibility => ({ kind: 'self', userId: user });
  return [
    list('newest', {}),
    list('200 newest', { limit: 200 }),
    list('a page in the middle', { before: idAt(0.5) }),
    list('a page at the end', { before: idAt(0.0002) }),
    list('a day in the middle', { since: timeAt(0.5), until: timeAt(0.503) }),
    list('a day without rows', { since: new Date('2020-01-01'), until: new Date('2020-01-02') }),
    list('event, frequent', { event: 'tool_call.decided' }),
    list('event, rare', { event: 'policy.changed' }),
    list('event, none', { event: 'audit.erased' }),
    list('denied', { decision: 'deny' }),
    list('denied, in the middle', { decision: 'deny', before: idAt(0.5) }),
    list('policy, frequent', { policy: 'blocklisted' }),
    list('policy, rare', { policy: 'tool_changed' }),
    list('policy, none', { policy: 'audit_unavailable' }),
    list('policy of allowed calls', { policy: 'default_allow' }),
    list('user, busy', { userId: 'user-1' }),
    list('user, idle', { userId: 'user-480' }),
    list('user, none', { userId: 'user-0' }),
    list('session, new', { sessionId: sessionAt(0.999) }),
    list('session, old', { sessionId: sessionAt(0.01) }),
    list('session, none', { sessionId: 'session-none' }),
    list('trace', { traceId: traceAt(0.3) }),
    list('task', { taskId: taskAt(0.3) }),
    list('agent, frequent', { agentId: 'developer_agent' }),
    list('agent, rare', { agentId: 'rare_agent' }),
    list('agent, none', { agentId: 'no_agent' }),
    list('action, frequent', { action: 'Bash' }),
    list('action, rare', { action: 'mcp__rare__tool' }),
    list('action, none', { action: 'mcp__none__tool' }),
    list('busy user, denied', { userId: 'user-1', decision: 'deny' }),
    list('busy user, rare action', { userId: 'user-1', action: 'mcp__rare__tool' }),
    list('busy user, policy none', { userId: 'user-1', policy: 'audit_unavailable' }),
    list('own', {}, self('user-480')),
    list('own, session', { sessionId: sessionAt(0.5) }, self('user-480')),
    list('own, action none', { action: 'mcp__none__tool' }, self('user-1')),
    { name: 'trace: by its id', ask: (reader) => reader.trace(traceAt(0.7), ALL) },
    { name: 'trace: by a task', ask: (reader) => reader.trace(taskAt(0.2), ALL) },
    { name: 'trace: by a row', ask: (reader) => reader.trace(idAt(0.4), ALL) },
    { name: 'trace: none', ask: (reader) => reader.trace('f'.repeat(32), ALL) },
    calls('newest', {}),
    calls('denied', { decision: 'deny' }),
    calls('rare action', { action: 'mcp__rare__tool' }),
    calls('own', {}, self('user-480')),
    { name: 'traces: newest', ask: (reader) => reader.traces({ limit: 50 }, ALL) },
    {
      name: 'traces: of an idle user',
      ask: (reader) => reader.traces({ limit: 20, userId: 'user-480' }, ALL),
    },
    {
      name: 'statistics: the last hour',
      ask: (reader) => reader.callStatistics(new Date(Date.now() - 3_600_000), ALL),
    },
    { name: 'stream: heads', ask: (reader) => reader.heads() },
    {
      name: 'stream: the next seals and their rows',
      ask: async (reader) => {
        const seals = await reader.sealsAfter(
          new Map([['01a2056d-30f5-7000-8000-000500000001', BigInt(Math.floor(known.rows / 200))]]),
          4,
        );
        return reader.rows(seals[0]?.rowIds.slice(0, 50) ?? [], ALL);
      },
    },
    { name: 'export: 200 rows, oldest first', ask: (reader) => reader.from({ limit: 200 }, idAt(0.5), ALL) },
  ];
}
