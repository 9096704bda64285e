import type { GovernancePolicyDocument } from '../governance/governance-policy.ts';
import type { AgentConfig } from './agents/agent-config.ts';
import type { McpServerConfig } from './mcp/mcp-server-config.ts';

/** Settings that hold in every environment. */
export interface Settings {
  /** Create the sample users at the first start, in evaluation mode only. */
  readonly sampleWorld: boolean;
}

/** What `services/**` says. Read once and frozen; only the governance policies change while a process runs. */
export interface ServicesConfig {
  readonly settings: Settings;
  /** As it stood at the start. What holds now, ask `GovernancePolicies.current()`. */
  readonly governance: GovernancePolicyDocument;
  /** By name; in the order of the files. */
  readonly mcpServers: ReadonlyMap<string, McpServerConfig>;
  /** By id. */
  readonly agents: ReadonlyMap<string, AgentConfig>;
}
