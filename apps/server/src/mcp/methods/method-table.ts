import type { McpEra } from '@gatehouse/mcp-spawner';

/**
 * What happens to a message of a method. `local`: answered here, from what is kept; nothing reaches a child.
 * `governed`: the five checks and two rows, then the child. `watch`: the same, and the child is then listened to.
 * `asked`: a child's question to its client; the five checks and two rows, then the client of the open call.
 * `relayed`: to whom it is for alone, redacted and rationed: the caller of the open request, the client
 * that was asked, who watches; of a client the children of its session. `noted`: read here and not passed on.
 */
export type MethodCheck = 'local' | 'governed' | 'watch' | 'asked' | 'relayed' | 'noted';

export interface MethodRule {
  readonly method: string;
  /** Who sends it. */
  readonly from: 'client' | 'server';
  readonly kind: 'request' | 'notification';
  readonly eras: readonly McpEra[];
  readonly check: MethodCheck;
}

const BOTH: readonly McpEra[] = ['legacy', 'modern'];
const LEGACY: readonly McpEra[] = ['legacy'];
const MODERN: readonly McpEra[] = ['modern'];

/** Every method of MCP that is let through in either direction. What does not stand here is denied (threat T15). */
export const METHOD_TABLE: readonly MethodRule[] = [
  { method: 'initialize', from: 'client', kind: 'request', eras: LEGACY, check: 'local' },
  { method: 'ping', from: 'client', kind: 'request', eras: LEGACY, check: 'local' },
  { method: 'logging/setLevel', from: 'client', kind: 'request', eras: LEGACY, check: 'local' },
  { method: 'server/discover', from: 'client', kind: 'request', eras: MODERN, check: 'local' },
  { method: 'tools/list', from: 'client', kind: 'request', eras: BOTH, check: 'local' },
  { method: 'resources/list', from: 'client', kind: 'request', eras: BOTH, check: 'local' },
  { method: 'resources/templates/list', from: 'client', kind: 'request', eras: BOTH, check: 'local' },
  { method: 'prompts/list', from: 'client', kind: 'request', eras: BOTH, check: 'local' },
  { method: 'tools/call', from: 'client', kind: 'request', eras: BOTH, check: 'governed' },
  { method: 'resources/read', from: 'client', kind: 'request', eras: BOTH, check: 'governed' },
  { method: 'prompts/get', from: 'client', kind: 'request', eras: BOTH, check: 'governed' },
  { method: 'completion/complete', from: 'client', kind: 'request', eras: BOTH, check: 'governed' },
  { method: 'resources/subscribe', from: 'client', kind: 'request', eras: LEGACY, check: 'watch' },
  { method: 'resources/unsubscribe', from: 'client', kind: 'request', eras: LEGACY, check: 'local' },
  { method: 'subscriptions/listen', from: 'client', kind: 'request', eras: MODERN, check: 'watch' },
  { method: 'notifications/initialized', from: 'client', kind: 'notification', eras: LEGACY, check: 'noted' },
  { method: 'notifications/cancelled', from: 'client', kind: 'notification', eras: BOTH, check: 'noted' },
  { method: 'notifications/progress', from: 'client', kind: 'notification', eras: LEGACY, check: 'noted' },
  {
    method: 'notifications/roots/list_changed',
    from: 'client',
    kind: 'notification',
    eras: LEGACY,
    check: 'relayed',
  },
  { method: 'ping', from: 'server', kind: 'request', eras: LEGACY, check: 'local' },
  { method: 'elicitation/create', from: 'server', kind: 'request', eras: BOTH, check: 'asked' },
  { method: 'sampling/createMessage', from: 'server', kind: 'request', eras: BOTH, check: 'asked' },
  { method: 'roots/list', from: 'server', kind: 'request', eras: BOTH, check: 'asked' },
  { method: 'notifications/progress', from: 'server', kind: 'notification', eras: BOTH, check: 'relayed' },
  { method: 'notifications/message', from: 'server', kind: 'notification', eras: BOTH, check: 'relayed' },
  {
    method: 'notifications/elicitation/complete',
    from: 'server',
    kind: 'notification',
    eras: LEGACY,
    check: 'relayed',
  },
  { method: 'notifications/cancelled', from: 'server', kind: 'notification', eras: BOTH, check: 'noted' },
  {
    method: 'notifications/resources/updated',
    from: 'server',
    kind: 'notification',
    eras: BOTH,
    check: 'relayed',
  },
  {
    method: 'notifications/tools/list_changed',
    from: 'server',
    kind: 'notification',
    eras: BOTH,
    check: 'noted',
  },
  {
    method: 'notifications/resources/list_changed',
    from: 'server',
    kind: 'notification',
    eras: BOTH,
    check: 'noted',
  },
  {
    method: 'notifications/prompts/list_changed',
    from: 'server',
    kind: 'notification',
    eras: BOTH,
    check: 'noted',
  },
];

const BY_KEY: ReadonlyMap<string, MethodRule> = new Map(
  METHOD_TABLE.map((rule) => [`${rule.from} ${rule.kind} ${rule.method}`, rule]),
);

/** What a client's request is held to; undefined for what is denied. */
export function requestRule(method: string, era: McpEra): MethodRule | undefined {
  const rule = BY_KEY.get(`client request ${method}`);
  return rule?.eras.includes(era) === true ? rule : undefined;
}

/** Whether a child may ask this of its client at all. */
export function isAskable(method: string): boolean {
  return BY_KEY.get(`server request ${method}`)?.check === 'asked';
}
