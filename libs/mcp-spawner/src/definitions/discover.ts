import { isJsonObject, type JsonObject, type JsonValue } from '@gatehouse/kernel';
import { GATEWAY_ENVELOPE, initialize } from '../upstream/handshake.ts';
import { LATEST_LEGACY_VERSION, type McpEra, MODERN_VERSION, SERVER_INFO_KEY } from '../upstream/protocol.ts';
import type { Upstream } from '../upstream/upstream.ts';
import { DiscoveryFailed } from './discovery-failed.ts';
import { keepAddressed, keepNamed } from './keep-definitions.ts';
import { listAll } from './list-all.ts';
import type { ServerDefinition } from './server-definition.ts';

/** How long a server may think about a `server/discover` that it perhaps does not know. */
const PROBE_MS = 5_000;
const MAX_DEFINITION_CHARACTERS = 8 * 1024 * 1024;
const VERSION = /^[0-9A-Za-z.-]{1,32}$/;
const UNNAMED: JsonObject = { name: 'unnamed', version: '0' };

export type Discovered = Omit<ServerDefinition, 'server' | 'configHash' | 'discoveredAt'>;

/** A started process of the server to be discovered. */
export interface DiscoveryChild {
  readonly upstream: Upstream;
  stop(): Promise<void>;
}

/**
 * Asks a server what it offers, in each era that it speaks. One process serves one era, since many servers keep
 * to the era of their first message: a server of both is started twice.
 *
 * @throws DiscoveryFailed when it speaks neither, or not within `budgetMs` in all
 */
export async function discover(
  start: () => Promise<DiscoveryChild>,
  budgetMs: number,
): Promise<readonly Discovered[]> {
  const deadline = performance.now() + budgetMs;
  const remainingMs = (): number => Math.max(1, deadline - performance.now());
  const modern = await onChild(start, async (upstream) => {
    const hello = await probe(upstream, Math.min(PROBE_MS, remainingMs()));
    if (hello === 'silent') return 'silent';
    if (hello !== undefined) return readLists(upstream, 'modern', hello, remainingMs);
    return readLegacy(upstream, remainingMs);
  });
  // A server that went away or fell silent at a method it did not know gets a process without that question.
  if (modern === 'silent') return [await onChild(start, (upstream) => readLegacy(upstream, remainingMs))];
  if (modern.era === 'legacy') return [modern];
  try {
    return [modern, await onChild(start, (upstream) => readLegacy(upstream, remainingMs))];
  } catch (error) {
    if (error instanceof DiscoveryFailed) return [modern];
    throw error;
  }
}

async function onChild<T>(
  start: () => Promise<DiscoveryChild>,
  work: (upstream: Upstream) => Promise<T>,
): Promise<T> {
  const child = await start();
  try {
    return await work(child.upstream);
  } finally {
    await child.stop();
  }
}

async function probe(upstream: Upstream, timeoutMs: number): Promise<JsonObject | 'silent' | undefined> {
  const params = { _meta: GATEWAY_ENVELOPE };
  const outcome = await upstream.request({ method: 'server/discover', params, timeoutMs });
  if (outcome.kind === 'error') return undefined;
  if (outcome.kind !== 'result') return 'silent';
  const versions = isJsonObject(outcome.result) ? outcome.result.supportedVersions : undefined;
  const speaksModern = Array.isArray(versions) && (versions as JsonValue[]).includes(MODERN_VERSION);
  return speaksModern ? (outcome.result as JsonObject) : undefined;
}

async function readLegacy(upstream: Upstream, remainingMs: () => number): Promise<Discovered> {
  const hello = await initialize(upstream, LATEST_LEGACY_VERSION, remainingMs());
  if ('failure' in hello) throw new DiscoveryFailed(`initialize: ${hello.failure}`);
  return readLists(upstream, 'legacy', hello.result, remainingMs);
}

async function readLists(
  upstream: Upstream,
  era: McpEra,
  hello: JsonObject,
  remainingMs: () => number,
): Promise<Discovered> {
  const capabilities = isJsonObject(hello.capabilities) ? hello.capabilities : {};
  const params: JsonObject = era === 'modern' ? { _meta: GATEWAY_ENVELOPE } : {};
  const list = (capability: string, method: string, member: string): Promise<readonly JsonValue[]> =>
    capabilities[capability] === undefined
      ? Promise.resolve([])
      : listAll(upstream, { method, member, params }, remainingMs);
  const tools = keepNamed(await list('tools', 'tools/list', 'tools'), { inputSchema: true });
  const resources = keepAddressed(await list('resources', 'resources/list', 'resources'), 'uri');
  const templates = keepAddressed(
    await list('resources', 'resources/templates/list', 'resourceTemplates'),
    'uriTemplate',
  );
  const prompts = keepNamed(await list('prompts', 'prompts/list', 'prompts'), { inputSchema: false });
  const discovered: Discovered = {
    era,
    protocolVersion: era === 'modern' ? MODERN_VERSION : versionOf(hello),
    serverInfo: serverInfoOf(hello, era),
    capabilities,
    instructions: typeof hello.instructions === 'string' ? hello.instructions : null,
    tools: tools.items,
    resources: resources.items,
    resourceTemplates: templates.items,
    prompts: prompts.items,
    leftOut: tools.leftOut + resources.leftOut + templates.leftOut + prompts.leftOut,
  };
  if (JSON.stringify(discovered).length > MAX_DEFINITION_CHARACTERS) {
    throw new DiscoveryFailed('its definitions are longer than 8 MiB in all');
  }
  return discovered;
}

function versionOf(hello: JsonObject): string {
  const version = hello.protocolVersion;
  if (typeof version !== 'string' || !VERSION.test(version))
    throw new DiscoveryFailed('initialize: it names no protocol version');
  return version;
}

function serverInfoOf(hello: JsonObject, era: McpEra): JsonObject {
  const meta = hello._meta;
  const info = era === 'legacy' ? hello.serverInfo : isJsonObject(meta) ? meta[SERVER_INFO_KEY] : undefined;
  return isJsonObject(info) ? info : UNNAMED;
}
