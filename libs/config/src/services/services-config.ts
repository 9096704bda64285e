import type { GovernancePolicyDocument } from '../governance/governance-policy.ts';
import type { AgentConfig } from './agents/agent-config.ts';
import type { FrameworkConfig } from './compliance/framework-config.ts';
import type { ExportSinkConfig } from './export/export-sink-config.ts';
import type { McpServerConfig } from './mcp/mcp-server-config.ts';

/** Settings that hold in every environment. */
export interface Settings {
  /** Create the sample users at the first start, in evaluation mode only. */
  readonly sampleWorld: boolean;
  readonly storage: StorageSettings;
  readonly anchors: AnchorSettings;
  readonly retention: RetentionSettings;
  readonly oauth: OAuthSettings;
  readonly registration: RegistrationSettings;
}

/** Who may ask for an account at the login page. */
export interface RegistrationSettings {
  /** E-mail domains in lower case; none: registration is closed. */
  readonly domains: readonly string[];
}

/** Which programs may ask people for access. */
export interface OAuthSettings {
  /** Hosts whose pages may describe clients: names, `*.example.com`, or `*`. */
  readonly clientDocumentHosts: readonly string[];
  /** Whether programs may register themselves. */
  readonly registration: boolean;
}

/** Where the checkpoints of the audit log go (threat T10). */
export interface AnchorSettings {
  readonly log: boolean;
  /** An absolute path; null: none. */
  readonly file: string | null;
  readonly syslog: boolean;
}

export const FRAMEWORKS = ['soc2', 'iso27001', 'hipaa', 'pci_dss', 'sox', 'eu_ai_act'] as const;
export type Framework = (typeof FRAMEWORKS)[number];

/** How long rows are kept, in days. */
export interface RetentionSettings {
  readonly auditDays: number;
  readonly frameworks: readonly Framework[];
  readonly logDays: Readonly<Record<'debug' | 'info' | 'warn' | 'error', number>>;
}

/** How much the audit log may fill (threat T6). */
export interface StorageSettings {
  /** What the database may grow to; null: the disk of the embedded PostgreSQL, else no bound. */
  readonly budgetBytes: number | null;
  /** Recorded inputs and outputs of one user and day, by each server. */
  readonly contentBytesPerUserDay: number;
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
  /** Where audit rows are sent, by name. */
  readonly exportSinks: ReadonlyMap<string, ExportSinkConfig>;
  /** Frameworks of compliance, by name. */
  readonly frameworks: ReadonlyMap<string, FrameworkConfig>;
}
