import {
  AuditExport,
  AuditLog,
  AuditSigning,
  type SigningStatus,
  type SinkState,
  type StorageLevel,
  StorageWatch,
} from '@gatehouse/audit';
import { CONFIGURATION, type Configuration } from '@gatehouse/config';
import { LivePolicy } from '@gatehouse/governance';
import { OperatorPassphrase } from '@gatehouse/identity';
import { Cage, isolationText, McpServers } from '@gatehouse/mcp-spawner';
import { Inject, Injectable } from '@nestjs/common';

export interface ReadinessReport {
  readonly status: 'ready' | 'not_ready';
  readonly mode: 'evaluation' | 'production';
  readonly policy_version: string;
  /** False for a replica that holds another policy than the one in force: its files are others. */
  readonly policy_in_step: boolean;
  /** Not ready when a governed call that arrived is neither a row nor counted. */
  readonly audit: {
    readonly available: boolean;
    readonly waiting: number;
    readonly calls: {
      readonly received: number;
      readonly recorded: number;
      readonly in_gap: number;
      readonly in_summary: number;
      readonly open: number;
      readonly unaccounted: number;
    };
    /** Seals are signed after their commit; what is not signed is recorded all the same. */
    readonly signing: {
      readonly state: SigningStatus['state'];
      readonly problem: string | null;
      readonly signed_seals: number;
      readonly lag_ms: number;
    };
  };
  /** How much of its space the database uses, and which step of the disk budget that is; not ready when it is full. */
  readonly disk: { readonly level: StorageLevel; readonly used_percent: number };
  /** Not ready while the database's clock and ours are two seconds apart. */
  readonly clock: { readonly agrees: boolean; readonly database_ahead_ms: number };
  /** Where audit rows are sent; one that fails holds its place and makes nothing unready. */
  readonly export: readonly {
    readonly sink: string;
    readonly state: SinkState;
    readonly problem: string | null;
  }[];
  readonly isolation: string;
  readonly mcp_servers: readonly {
    readonly name: string;
    readonly state: string;
    readonly problem: string | null;
  }[];
  /** Configuration keys that are accepted and not enforced yet. */
  readonly not_enforced: readonly string[];
  readonly notes: readonly string[];
}

/** Ready means: the audit log takes rows, the policy in force holds here, and discovery is over. Mode and single MCP servers are only reported. */
@Injectable()
export class Readiness {
  #discovered = false;

  constructor(
    @Inject(CONFIGURATION) private readonly configuration: Configuration,
    @Inject(AuditLog) private readonly audit: AuditLog,
    @Inject(AuditSigning) private readonly signing: AuditSigning,
    @Inject(LivePolicy) private readonly policy: LivePolicy,
    @Inject(McpServers) private readonly servers: McpServers,
    @Inject(Cage) private readonly cage: Cage,
    @Inject(StorageWatch) private readonly storage: StorageWatch,
    @Inject(AuditExport) private readonly auditExport: AuditExport,
    @Inject(OperatorPassphrase) private readonly passphrase: OperatorPassphrase,
  ) {}

  /** Discovery runs are over: lists can be answered. */
  discovered(): void {
    this.#discovered = true;
  }

  async report(): Promise<ReadinessReport> {
    const { available, waiting, calls } = this.audit.status();
    const signing = this.signing.status();
    const { profile, services } = this.configuration;
    const inStep = this.policy.inStep();
    const { clockAheadMs, clocksAgree, level, usedPercent } = this.storage.status();
    return {
      status:
        available && inStep && clocksAgree && level !== 'full' && calls.unaccounted === 0 && this.#discovered
          ? 'ready'
          : 'not_ready',
      mode: profile.mode,
      policy_version: this.policy.current().version,
      policy_in_step: inStep,
      audit: {
        available,
        waiting,
        calls: {
          received: calls.received,
          recorded: calls.recorded,
          in_gap: calls.inGap,
          in_summary: calls.inSummary,
          open: calls.open,
          unaccounted: calls.unaccounted,
        },
        signing: {
          state: signing.state,
          problem: signing.problem,
          signed_seals: signing.size,
          lag_ms: signing.lagMs,
        },
      },
      disk: { level, used_percent: usedPercent },
      clock: { agrees: clocksAgree, database_ahead_ms: clockAheadMs },
      export: this.auditExport
        .status()
        .map(({ sink, state, lastProblem }) => ({ sink, state, problem: lastProblem })),
      isolation: isolationText(await this.cage.state()),
      mcp_servers: this.servers.status().map(({ name, state, problem }) => ({ name, state, problem })),
      not_enforced: [...services.mcpServers.values()].flatMap(({ name, notEnforced }) =>
        notEnforced.map((key) => `mcp_servers.${name}.${key}`),
      ),
      notes:
        profile.mode === 'evaluation'
          ? ['evaluation mode: sessions open without a further proof on this machine; not for production']
          : this.passphrase.isSet
            ? []
            : [
                'no operator passphrase is set: gatehouse admin operator passphrase set, or log in in a browser and add a passkey',
              ],
    };
  }
}
