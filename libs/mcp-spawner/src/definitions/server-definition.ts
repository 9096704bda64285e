import type { JsonObject } from '@gatehouse/kernel';
import type { McpEra } from '../upstream/protocol.ts';

/** What a server offers in one era, as it said itself when it was discovered. Lists are whole, not paged. */
export interface ServerDefinition {
  readonly server: string;
  readonly era: McpEra;
  /** The newest revision that the server speaks in this era. */
  readonly protocolVersion: string;
  readonly serverInfo: JsonObject;
  readonly capabilities: JsonObject;
  readonly instructions: string | null;
  readonly tools: readonly JsonObject[];
  readonly resources: readonly JsonObject[];
  readonly resourceTemplates: readonly JsonObject[];
  readonly prompts: readonly JsonObject[];
  /** Definitions that were not kept because of their name or shape. */
  readonly leftOut: number;
  /** Of the launch that gave them. */
  readonly configHash: string;
  readonly discoveredAt: Date;
}
