import type { Role } from '@gatehouse/kernel';

/** One agent of `services/agents/<id>.yaml`. It may do what both it and its user may do. */
export interface AgentConfig {
  readonly id: string;
  readonly displayName: string;
  readonly description: string;
  /** Roles whose users may use it. */
  readonly roles: readonly Role[];
  /** Patterns of tool names, `mcp__…` included. */
  readonly tools: readonly string[];
  /** Servers all of whose tools it may call, beside `tools`. Each exists. */
  readonly mcpServers: readonly string[];
  readonly enabled: boolean;
  /** Where it is written; the file relative to the installation. */
  readonly source: { readonly file: string; readonly line: number };
}
