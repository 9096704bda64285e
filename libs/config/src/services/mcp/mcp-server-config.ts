import type { Role } from '@gatehouse/kernel';

export interface McpServerLimits {
  readonly timeoutMs: number;
  readonly outputBytes: number;
  readonly idleMs: number;
  readonly memoryMb: number;
  readonly childrenPerUser: number;
  /** Calls that one process may have open at a time. */
  readonly concurrentCalls: number;
}

/** What a server may ask of its client in the middle of a call (threat T15). */
export type ClientRequestKind = 'elicitation' | 'url_elicitation' | 'sampling' | 'roots';

/** Of the MCP server that runs in Gatehouse itself. */
export interface BuiltInServer {
  /** Whether it has the tool that runs commands of the CLI (threat T13). */
  readonly commands: boolean;
}

/** One MCP server of `services/mcp/<name>.yaml`, defaults filled in. */
export interface McpServerConfig {
  /** Letters, digits, single `_` and `-`: never `__`, so that `mcp__<name>__<tool>` reads one way. */
  readonly name: string;
  /** Null for a server of an operator's; else nothing is started for it, and it has neither command nor address. */
  readonly builtIn: BuiltInServer | null;
  /** A path, or a name to look up in `node_modules/.bin` and `PATH`; null for a remote server. */
  readonly command: string | null;
  /** Paths among them are relative to the installation's root. */
  readonly args: readonly string[];
  readonly url: string | null;
  /** Environment name to store name. */
  readonly secrets: Readonly<Record<string, string>>;
  readonly env: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly roles: readonly Role[];
  /** Empty: all. */
  readonly departments: readonly string[];
  readonly isolation: 'session' | 'shared' | 'call';
  readonly stateless: boolean;
  readonly cage: 'default' | 'accept_none';
  readonly clientRequests: readonly ClientRequestKind[];
  /** Whether the command may be one that downloads what it runs (threat T23). */
  readonly allowDownload: boolean;
  readonly limits: McpServerLimits;
  /** Where it is written; the file relative to the installation. */
  readonly source: { readonly file: string; readonly line: number };
  /** Keys that this version accepts and does not enforce yet. */
  readonly notEnforced: readonly string[];
}
