import { isJsonObject, type JsonObject, type JsonValue } from '@gatehouse/kernel';
import type { Scanner } from '@gatehouse/secret-scanner';
import { severityOf } from './log-levels.ts';

/**
 * A notification of a child as its caller gets it: redacted like an answer. Undefined for a log message below the level
 * that the caller asked for; one that asked for none gets none where `level` is undefined.
 */
export function relayedNotification(
  scanner: Scanner,
  { method, params = {} }: JsonObject,
  level: JsonValue | undefined,
): JsonObject | undefined {
  if (typeof method !== 'string') return undefined;
  if (method === 'notifications/message') {
    const wanted = severityOf(level);
    if (wanted < 0 || severityOf(isJsonObject(params) ? params.level : undefined) < wanted) return undefined;
  }
  return { jsonrpc: '2.0', method, params: scanner.redact(params).value };
}
