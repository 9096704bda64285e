import type { Decision } from '@gatehouse/governance';
import type { Principal } from '@gatehouse/identity';
import type { JsonObject } from '@gatehouse/kernel';

/** An allowed call of a tool of Gatehouse's own. */
export interface BuiltInCall {
  readonly caller: Principal;
  readonly decision: Decision;
  readonly args: JsonObject;
  /** Fires when the caller cancels. */
  readonly signal: AbortSignal;
}

/** What a tool answers: the structured content, which is its text too. */
export interface BuiltInAnswer {
  readonly content: JsonObject;
  readonly isError?: boolean;
}

/** One tool of the MCP server `gatehouse`. */
export interface BuiltInTool {
  /** As `tools/list` gives it. */
  readonly definition: JsonObject & { readonly name: string };
  /** Why this caller may not use it, for a person; null when it may. */
  objectionTo(caller: Principal): string | null;
  /** @throws ArgumentsInvalid, AppError */
  run(call: BuiltInCall): Promise<BuiltInAnswer>;
}

/** What every tool that only looks says of itself. */
export const READS_ONLY: JsonObject = { readOnlyHint: true, idempotentHint: true, openWorldHint: false };
