import { GATEWAY_ENVELOPE } from '../upstream/handshake.ts';
import type { Upstream } from '../upstream/upstream.ts';

const ACKNOWLEDGE_MS = 10_000;

/**
 * Asks a child of the era without sessions to say when its lists change, which others do unasked. One that cannot
 * refuses, and that is all.
 */
export function listenForChanges(upstream: Upstream): void {
  const notifications = { toolsListChanged: true, promptsListChanged: true, resourcesListChanged: true };
  void upstream.request({
    method: 'subscriptions/listen',
    params: { notifications, _meta: GATEWAY_ENVELOPE },
    timeoutMs: ACKNOWLEDGE_MS,
    isWatch: true,
  });
}
