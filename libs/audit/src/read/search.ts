import type { AuditFilter, AuditVisibility } from './audit-filter.ts';

/** What rows are looked for, and by whom. */
export interface AuditSearch {
  readonly filter: Omit<Partial<AuditFilter>, 'before' | 'limit'>;
  readonly visibility: AuditVisibility;
  /** Any of these events; beside `filter.event`. */
  readonly events?: readonly string[];
  readonly order: 'newest' | 'oldest';
  /** Of rows of one trace only the first in that order, within each stretch. */
  readonly oncePerTrace?: boolean;
}

/** An equality of the filter, and whether an index `(column, id)` holds the rows of that very value. */
export interface Equality {
  readonly column: string;
  readonly value: string;
  readonly indexed: boolean;
}

/** Which nearly every row has: the partial indexes of the migrations leave them out. */
const FREQUENT_POLICIES = ['default_allow', 'not_applicable'];
const FREQUENT_EVENTS = [
  'tool_call.decided',
  'tool_call.completed',
  'model_call.decided',
  'model_call.completed',
  'client.event',
  'request.rejected',
];

/** In the order in which an index is taken: of a trace there are few rows, of denials many. */
const EQUALITIES: readonly {
  readonly name: keyof AuditSearch['filter'];
  readonly column: string;
  readonly indexed: (value: string) => boolean;
}[] = [
  { name: 'traceId', column: 'trace_id', indexed: () => true },
  { name: 'taskId', column: 'task_id', indexed: () => true },
  { name: 'sessionId', column: 'session_id', indexed: () => true },
  { name: 'policy', column: 'policy', indexed: (value) => !FREQUENT_POLICIES.includes(value) },
  { name: 'event', column: 'event', indexed: (value) => !FREQUENT_EVENTS.includes(value) },
  { name: 'userId', column: 'user_id', indexed: () => true },
  { name: 'agentId', column: 'agent_id', indexed: () => true },
  { name: 'action', column: 'action', indexed: () => true },
  { name: 'decision', column: 'decision', indexed: (value) => value === 'deny' },
];

/** The equalities that a row has to meet, those of one's own rows among them. */
export function equalitiesOf({ filter, visibility }: AuditSearch): readonly Equality[] {
  const found = EQUALITIES.flatMap(({ name, column, indexed }) => {
    const value = filter[name];
    return typeof value === 'string' ? [{ column, value, indexed: indexed(value) }] : [];
  });
  if (visibility.kind === 'self' && filter.userId !== visibility.userId)
    found.push({ column: 'user_id', value: visibility.userId, indexed: true });
  return found;
}

/** Whether the rows looked at are those of each member of a department, and not those of an index or of the log. */
export function byMember({ filter, visibility }: AuditSearch): boolean {
  const { traceId, taskId, sessionId } = filter;
  return visibility.kind === 'department' && (traceId ?? taskId ?? sessionId) === undefined;
}
