import type { Correlation } from '@gatehouse/governance';
import type { JsonObject } from '@gatehouse/kernel';
import { metaOf, TOOL_USE_KEY } from './relayed-params.ts';

/** The ids that a client gave a request, as they came: of its parameters before those of its header (threat T16). */
export function correlationOf(
  params: JsonObject | undefined,
  header: string | undefined,
  contextId: string | undefined,
): Correlation {
  const meta = metaOf(params);
  const toolUse = meta[TOOL_USE_KEY];
  return {
    traceparent: typeof meta.traceparent === 'string' ? meta.traceparent : header,
    taskId: typeof toolUse === 'string' ? toolUse : undefined,
    contextId,
  };
}
