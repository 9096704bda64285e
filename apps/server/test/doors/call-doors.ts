import { expect } from 'vitest';
import { RawClient } from '../mcp/an-mcp-client.ts';
import type { TestServer } from '../support/a-server.ts';
import { postHook, preToolUse } from '../support/hook-client.ts';

/** What a door made of a call: its decision as the caller sees it, and its row. */
export interface Outcome {
  readonly allowed: boolean;
  readonly policy: string;
  readonly row: Record<string, unknown>;
}

export type Door = (call: Call) => Promise<Outcome>;

/** Who calls what, with what. */
export interface Call {
  readonly email: string;
  readonly agent?: string;
  readonly server: string;
  readonly tool: string;
  readonly input: object;
  /** What the client says besides. */
  readonly headers?: Readonly<Record<string, string>>;
}

async function rowOf(server: TestServer, traceId: string): Promise<Record<string, unknown>> {
  const { rows } = await server.sql.query(
    `select * from audit_log where trace_id = $1 and event = 'tool_call.decided'`,
    [traceId],
  );
  expect(rows).toHaveLength(1);
  return rows[0] as Record<string, unknown>;
}

function aTraceId(): string {
  return Array.from({ length: 32 }, () => '123456789abcdef'[Math.floor(Math.random() * 15)]).join('');
}

/** The doors that a tool call comes in by, each spoken to as its clients do. */
export const callDoors = (server: () => TestServer): Readonly<Record<string, Door>> => ({
  hook: async ({ email, agent, server: name, tool, input, headers = {} }) => {
    const traceId = aTraceId();
    const token = await server().token(email, 'hooks', agent);
    const { body } = await postHook(server(), token, preToolUse(`mcp__${name}__${tool}`, input), {
      headers: { ...headers, traceparent: `00-${traceId}-00f067aa0ba902b7-01` },
    });
    const { permissionDecision, permissionDecisionReason = '' } = body.hookSpecificOutput!;
    return {
      allowed: permissionDecision === 'allow',
      policy: /\((\w+)\)$/.exec(permissionDecisionReason)?.[1] ?? 'default_allow',
      row: await rowOf(server(), traceId),
    };
  },
  mcp: async ({ email, agent, server: name, tool, input, headers = {} }) => {
    const traceId = aTraceId();
    const token = await server().token(email, `mcp/${name}`, agent);
    const client = new RawClient({ url: `http://127.0.0.1:${server().port}` }, name, token);
    await client.initialize();
    const { message } = await client.send(
      { jsonrpc: '2.0', id: 7, method: 'tools/call', params: { name: tool, arguments: input as never } },
      { ...headers, traceparent: `00-${traceId}-00f067aa0ba902b7-01` },
    );
    const text = JSON.stringify(message);
    const policy = /\[GOVERNANCE\].*?\((\w+)\)/.exec(text)?.[1] ?? 'default_allow';
    return { allowed: policy === 'default_allow', policy, row: await rowOf(server(), traceId) };
  },
});
