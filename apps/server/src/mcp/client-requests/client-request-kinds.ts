import type { ClientRequestKind } from '@gatehouse/config';
import { isJsonObject, type JsonObject, type JsonValue } from '@gatehouse/kernel';
import type { McpEra, RegisteredServer } from '@gatehouse/mcp-spawner';

/** What a question of a child is, as the server's YAML names it; undefined for a method that is no question. */
export function kindOf(method: string, params: JsonObject): ClientRequestKind | undefined {
  if (method === 'sampling/createMessage') return 'sampling';
  if (method === 'roots/list') return 'roots';
  if (method !== 'elicitation/create') return undefined;
  return params.mode === 'url' ? 'url_elicitation' : 'elicitation';
}

/** The kinds that a server may ask: none where all callers share a process, which could not say whom it asks. */
export function allowedKinds({ config }: RegisteredServer): readonly ClientRequestKind[] {
  return config.isolation === 'shared' ? [] : config.clientRequests;
}

/**
 * The capabilities that a child is told its client has: what the client declared, less what the server may not ask. A
 * client that only says `elicitation` means forms (revision 2025-11-25, "Elicitation").
 */
export function offeredClientCapabilities(
  server: RegisteredServer,
  declared: JsonValue | undefined,
  /** Of the child: only one with a handshake is told later that folders changed. */
  era: McpEra = 'modern',
): JsonObject {
  if (!isJsonObject(declared)) return {};
  const kinds = allowedKinds(server);
  const offered: Record<string, JsonValue> = {};
  const { elicitation, sampling, roots } = declared;
  if (isJsonObject(elicitation)) {
    const isPlain = Object.keys(elicitation).length === 0;
    const modes: Record<string, JsonValue> = {};
    if (kinds.includes('elicitation') && (isPlain || elicitation.form !== undefined)) modes.form = {};
    if (kinds.includes('url_elicitation') && elicitation.url !== undefined) modes.url = {};
    if (Object.keys(modes).length > 0) offered.elicitation = modes;
  }
  if (isJsonObject(sampling) && kinds.includes('sampling')) {
    offered.sampling = isJsonObject(sampling.tools) ? { tools: {} } : {};
  }
  if (isJsonObject(roots) && kinds.includes('roots')) {
    offered.roots = era === 'legacy' && roots.listChanged === true ? { listChanged: true } : {};
  }
  return offered;
}

/** Whether a client with these capabilities can be asked this. */
export function canBeAsked(kind: ClientRequestKind, offered: JsonObject): boolean {
  const { elicitation } = offered;
  if (kind === 'elicitation') return isJsonObject(elicitation) && elicitation.form !== undefined;
  if (kind === 'url_elicitation') return isJsonObject(elicitation) && elicitation.url !== undefined;
  return offered[kind] !== undefined;
}
