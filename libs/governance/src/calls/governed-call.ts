import type { JsonObject, JsonValue } from '@gatehouse/kernel';

/** One tool call as a door hands it in, parsed once and frozen: what is decided is what runs (threat T14). */
export interface GovernedCall {
  /** The column of that name: `mcp__filesystem__read_file`, `Bash`. */
  readonly action: string;
  readonly tool: string;
  /** The MCP server whose tool it is; null for a tool of the client's own. */
  readonly server: string | null;
  readonly input: JsonValue;
  /** The client's working directory, where it says one. */
  readonly cwd: string | null;
  /** JSON Schema of the input, where it is known: paths in reasons show its keys, and `*` for others (threat T29). */
  readonly inputSchema?: JsonObject;
}

/** What the client says the call belongs to. It correlates and never authorises (threat T16). */
export interface Correlation {
  /** W3C `traceparent`. */
  readonly traceparent?: string | undefined;
  readonly taskId?: string | undefined;
  readonly contextId?: string | undefined;
}
