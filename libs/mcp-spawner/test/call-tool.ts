import type { JsonObject } from '@gatehouse/kernel';
import type { PooledChild } from '../src/pool/pooled-child.ts';
import type { UpstreamOutcome } from '../src/upstream/upstream-call.ts';

export function callTool(child: PooledChild, name: string, args: JsonObject = {}): Promise<UpstreamOutcome> {
  return child.request({ method: 'tools/call', params: { name, arguments: args } });
}

/** The first text of a result; the outcome as JSON where it is none. */
export function textOf(outcome: UpstreamOutcome): string {
  const result = outcome.kind === 'result' ? (outcome.result as JsonObject) : undefined;
  const [content] = (result?.content ?? []) as readonly { text: string }[];
  return content?.text ?? JSON.stringify(outcome);
}
