import { isJsonObject, type JsonObject, type JsonValue } from '@gatehouse/kernel';
import { cliError } from '../errors/cli-error.ts';
import { requireAnswer } from '../server/server-http.ts';
import type { Operator } from '../session/operator.ts';

/** How the running server's MCP servers stand. `name`: that one alone. @throws AppError `CLI_MCP_SERVER_UNKNOWN` */
export async function mcpServerStatus(operator: Operator, name?: string): Promise<JsonObject[]> {
  const { publicUrl } = operator.platform.configuration.profile;
  const token = await operator.token('api');
  const { servers } = await requireAnswer(publicUrl, { path: '/api/v1/mcp-servers', token });
  const known = objects(servers);
  const found = name === undefined ? known : known.filter((server) => server.name === name);
  if (name === undefined || found.length > 0) return found;
  throw unknownServer(known.flatMap(({ name: each }) => (typeof each === 'string' ? [each] : [])));
}

export function unknownServer(names: readonly string[]): Error {
  return cliError('CLI_MCP_SERVER_UNKNOWN', { hint: `configured: ${names.join(', ')}` });
}

/** What a table shows of one. */
export function statusRow(server: JsonObject): JsonObject {
  const { counters, offer } = server;
  return {
    name: server.name ?? null,
    state: server.state ?? null,
    tools: isJsonObject(offer ?? null) ? ((offer as JsonObject).tools ?? null) : null,
    held: server.held ?? null,
    flagged: server.flagged ?? null,
    children: server.children ?? null,
    cage: server.cage ?? null,
    spawns: isJsonObject(counters ?? null) ? ((counters as JsonObject).spawns ?? null) : null,
    problem: server.problem ?? null,
    not_enforced: server.notEnforced ?? null,
  };
}

/** The tools of one server, as discovered. */
export async function mcpServerTools(operator: Operator, name: string): Promise<JsonObject[]> {
  const { publicUrl } = operator.platform.configuration.profile;
  const token = await operator.token('api');
  const path = `/api/v1/mcp-servers/${encodeURIComponent(name)}/tools`;
  const { tools } = await requireAnswer(publicUrl, { path, token });
  return objects(tools).map((tool) => ({ server: name, ...tool }));
}

/** What a server's processes last wrote to standard error, oldest first; `after`: what came after the line of that `seq`. */
export async function mcpServerLogs(operator: Operator, name: string, after = 0): Promise<JsonObject[]> {
  const { publicUrl } = operator.platform.configuration.profile;
  const token = await operator.token('api');
  const path = `/api/v1/mcp-servers/${encodeURIComponent(name)}/logs?after=${after}`;
  const { lines } = await requireAnswer(publicUrl, { path, token });
  return objects(lines);
}

export async function restartMcpServer(operator: Operator, name: string): Promise<JsonObject> {
  const { server } = await posted(operator, name, 'restart');
  if (server === undefined || !isJsonObject(server)) throw cliError('CLI_SERVER_ANSWER');
  return server;
}

/** Starts a server once and asks what it offers. */
export async function validateMcpServer(operator: Operator, name: string): Promise<JsonObject> {
  const { verdict } = await posted(operator, name, 'validate');
  if (verdict === undefined || !isJsonObject(verdict)) throw cliError('CLI_SERVER_ANSWER');
  return verdict;
}

/** What of a server waits for approval: `{server, hash, changes}`. */
export async function mcpServerChanges(operator: Operator, name: string): Promise<JsonObject> {
  const { publicUrl } = operator.platform.configuration.profile;
  const token = await operator.token('api');
  const path = `/api/v1/mcp-servers/${encodeURIComponent(name)}/changes`;
  return requireAnswer(publicUrl, { path, token });
}

/** Approves the changes that the hash stands for; what waits then. */
export function approveMcpServer(operator: Operator, name: string, hash: string): Promise<JsonObject> {
  return posted(operator, name, 'approve', { hash });
}

async function posted(
  operator: Operator,
  name: string,
  verb: string,
  body?: JsonObject,
): Promise<JsonObject> {
  const { publicUrl } = operator.platform.configuration.profile;
  const token = await operator.token('api');
  const path = `/api/v1/mcp-servers/${encodeURIComponent(name)}/${verb}`;
  return requireAnswer(publicUrl, { method: 'POST', path, token, ...(body === undefined ? {} : { body }) });
}

function objects(value: JsonValue | undefined): JsonObject[] {
  if (!Array.isArray(value)) throw cliError('CLI_SERVER_ANSWER');
  return value.filter(isJsonObject);
}
