import type { Scanner } from '@gatehouse/secret-scanner';
import type { AuditEntry } from '../audit-entry.ts';
import type { ContentlessCause } from '../writer/content-quota.ts';
import { cleanText } from './clean-json.ts';
import { columnText, type Displaced, isAction, isId } from './client-text.ts';
import { evaluationText } from './evaluation-text.ts';
import type { PreparedRow } from './prepared-row.ts';
import type { RowScanner } from './remembering-scanner.ts';
import { resultText } from './result-text.ts';

const FIXED_BYTES = 256;

/**
 * Turns an entry into a row that no client byte can make fail (`contracts.md`, "The audit row"). Pure but for the
 * salts it draws. With `contentless` the row stands without its content, and says why.
 */
export function prepareRow(
  entry: AuditEntry,
  scanner: RowScanner,
  contentless: ContentlessCause | null = null,
): PreparedRow {
  const { context } = entry;
  const displaced: Displaced = {};
  const id = (column: string, value: string, by: Scanner = scanner) =>
    columnText(column, value, isId, by, displaced);
  const columns = {
    event: entry.event,
    userId: id('user_id', context.userId),
    sessionId: id('session_id', context.sessionId),
    taskId: id('task_id', context.taskId, scanner.forgetful),
    traceId: id('trace_id', context.traceId),
    contextId: id('context_id', context.contextId),
    clientId: id('client_id', context.clientId),
    role: context.role,
    agentId: context.agentId === null ? null : id('agent_id', context.agentId),
    action: columnText('action', entry.action, isAction, scanner, displaced),
    decision: entry.decision,
    policy: entry.policy,
    reason: cleanText(scanner.redactText(entry.reason).text),
    costMicrodollars: entry.costMicrodollars ?? 0n,
  } as const;
  const result = entry.result === undefined ? null : resultText(entry.result, scanner, contentless);
  const evaluation = evaluationText(entry, displaced, scanner, {
    lossyResult: result?.lossy ?? false,
    contentless,
  });
  // No character of an id, action or event needs an escape: their alphabets hold none that does.
  const leafHead =
    `{"action":"${columns.action}","agent_id":${columns.agentId === null ? 'null' : `"${columns.agentId}"`}` +
    `,"client_id":"${columns.clientId}","context_id":"${columns.contextId}"` +
    `,"cost_microdollars":"${columns.costMicrodollars}","decision":"${columns.decision}"` +
    `,"evaluation":${evaluation.sealed},"event":"${columns.event}","id":"`;
  const leafTail =
    `","policy":"${columns.policy}","reason":${JSON.stringify(columns.reason)}` +
    `,"result":${result?.sealed ?? 'null'},"role":"${columns.role}","session_id":"${columns.sessionId}"` +
    `,"task_id":"${columns.taskId}","trace_id":"${columns.traceId}","user_id":"${columns.userId}"}`;
  return {
    ...columns,
    evaluation: evaluation.stored,
    result: result?.stored ?? null,
    commitment: evaluation.commitment,
    leafHead,
    leafTail,
    contentBytes: evaluation.contentLength + (result?.contentLength ?? 0),
    bytes:
      FIXED_BYTES +
      3 * (leafHead.length + evaluation.contentLength + leafTail.length + (result?.stored.length ?? 0)),
  };
}
