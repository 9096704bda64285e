import { isJsonObject, type JsonObject, type JsonValue, newTraceId } from '@gatehouse/kernel';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { cliError } from '../errors/cli-error.ts';
import { serverDown } from '../server/server-http.ts';
import type { Operator } from '../session/operator.ts';
import { unknownServer } from './server-status.ts';

export interface ToolCall {
  readonly server: string;
  readonly tool: string;
  readonly input: JsonObject;
  readonly timeoutMs: number;
  /** Our own version, as the server records it. */
  readonly clientVersion: string;
}

export interface ToolAnswer {
  readonly server: string;
  readonly tool: string;
  /** Under which the audit log holds the call. */
  readonly traceId: string;
  readonly isError: boolean;
  readonly content: readonly JsonObject[];
  readonly structuredContent: JsonValue | null;
  readonly tookMs: number;
}

/**
 * Calls a tool at the running server's MCP endpoint, with a token for that MCP server alone.
 * @throws AppError `CLI_MCP_SERVER_UNKNOWN`, `CLI_SERVER_DOWN`, `CLI_SERVER_REFUSED`, `CLI_TOOL_FAILED`
 */
export async function callTool(operator: Operator, call: ToolCall): Promise<ToolAnswer> {
  const { profile, services } = operator.platform.configuration;
  if (!services.mcpServers.has(call.server)) throw unknownServer([...services.mcpServers.keys()]);
  const token = await operator.token(`mcp/${call.server}`);
  const traceId = newTraceId();
  const client = new Client(
    { name: 'gatehouse-cli', version: call.clientVersion },
    { versionNegotiation: { mode: 'auto' } },
  );
  const transport = new StreamableHTTPClientTransport(new URL(`/mcp/${call.server}`, profile.publicUrl), {
    requestInit: {
      headers: { authorization: `Bearer ${token}`, traceparent: `00-${traceId}-${traceId.slice(0, 15)}1-01` },
    },
  });
  try {
    await client.connect(transport, { timeout: call.timeoutMs });
    const startedAt = performance.now();
    const result = await client.callTool(
      { name: call.tool, arguments: { ...call.input } },
      { timeout: call.timeoutMs },
    );
    return {
      ...answerOf(JSON.parse(JSON.stringify(result))),
      ...pick(call),
      traceId,
      tookMs: Math.round(performance.now() - startedAt),
    };
  } catch (error) {
    throw explain(error, profile.publicUrl);
  } finally {
    await client.close().catch(() => undefined);
  }
}

function pick({ server, tool }: ToolCall): { server: string; tool: string } {
  return { server, tool };
}

function answerOf(result: JsonValue): Pick<ToolAnswer, 'isError' | 'content' | 'structuredContent'> {
  if (!isJsonObject(result)) throw cliError('CLI_SERVER_ANSWER');
  const { isError, content, structuredContent } = result;
  return {
    isError: isError === true,
    content: Array.isArray(content) ? content.filter(isJsonObject) : [],
    structuredContent: structuredContent ?? null,
  };
}

/** The SDK's errors: no connection, a status of HTTP, a JSON-RPC error. */
function explain(error: unknown, publicUrl: string): unknown {
  if (!(error instanceof Error) || error.name === 'AppError') return error;
  if (isUnreachable(error)) return serverDown(publicUrl, error);
  const status = statusOf(error);
  if (status !== null) {
    return cliError('CLI_SERVER_REFUSED', {
      message: toldIn(error) ?? `the server answered ${status}`,
      cause: { code: status },
    });
  }
  return cliError('CLI_TOOL_FAILED', { message: error.message, cause: error });
}

/** The server's own words in an answer that is a JSON-RPC error under a status of HTTP. */
function toldIn(error: Error): string | undefined {
  const data: unknown = Reflect.get(error, 'data');
  const text: unknown = typeof data === 'object' && data !== null ? Reflect.get(data, 'text') : undefined;
  if (typeof text !== 'string') return undefined;
  try {
    const answer = JSON.parse(text) as JsonValue;
    const problem = isJsonObject(answer) ? answer.error : undefined;
    return isJsonObject(problem) && typeof problem.message === 'string' ? problem.message : undefined;
  } catch {
    return undefined;
  }
}

function isUnreachable(error: Error): boolean {
  for (let at: unknown = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth += 1) {
    if (at instanceof TypeError && at.message === 'fetch failed') return true;
  }
  return false;
}

function statusOf(error: Error): string | null {
  for (const name of ['status', 'statusCode', 'code']) {
    const value: unknown = Reflect.get(error, name);
    if (typeof value === 'number' && value >= 400 && value < 600) return String(value);
  }
  return error.name === 'UnauthorizedError' ? '401' : null;
}
