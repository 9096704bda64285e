import { isJsonObject, type JsonObject, type JsonValue } from '@gatehouse/kernel';
import { describeFailure } from '../upstream/handshake.ts';
import type { Upstream } from '../upstream/upstream.ts';
import { DiscoveryFailed } from './discovery-failed.ts';

const MAX_PAGES = 100;
const METHOD_NOT_FOUND = -32601;

/**
 * Reads every page of one list. A child that does not know the method has an empty list.
 *
 * @throws DiscoveryFailed when a page does not come, or has no list in it
 */
export async function listAll(
  upstream: Upstream,
  list: { readonly method: string; readonly member: string; readonly params: JsonObject },
  remainingMs: () => number,
): Promise<readonly JsonValue[]> {
  const items: JsonValue[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const outcome = await upstream.request({
      method: list.method,
      params: cursor === undefined ? list.params : { ...list.params, cursor },
      timeoutMs: remainingMs(),
    });
    if (outcome.kind === 'error' && outcome.error.code === METHOD_NOT_FOUND) return items;
    if (outcome.kind !== 'result') throw new DiscoveryFailed(`${list.method}: ${describeFailure(outcome)}`);
    const listed = isJsonObject(outcome.result) ? outcome.result[list.member] : undefined;
    if (!isJsonObject(outcome.result) || !Array.isArray(listed)) {
      throw new DiscoveryFailed(`${list.method}: its answer has no list in it`);
    }
    items.push(...(listed as JsonValue[]));
    const next = outcome.result.nextCursor;
    if (typeof next !== 'string') return items;
    cursor = next;
  }
  throw new DiscoveryFailed(`${list.method}: it has more than ${MAX_PAGES} pages`);
}
