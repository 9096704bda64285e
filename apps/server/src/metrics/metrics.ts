import { AuditExport, AuditLog, AuditSigning, LogStore } from '@gatehouse/audit';
import { DecisionCounts } from '@gatehouse/governance';
import { McpServers } from '@gatehouse/mcp-spawner';
import { Inject, Injectable } from '@nestjs/common';
import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { McpMessageCounts } from '../mcp/message-counts.ts';
import { registerExportMetrics } from './export-metrics.ts';
import { registerMcpMetrics } from './mcp-metrics.ts';

/** What the process counts, in Prometheus' text form. The numbers live where they are made; this reads them. */
@Injectable()
export class Metrics {
  readonly #registry = new Registry();

  constructor(
    @Inject(AuditLog) audit: AuditLog,
    @Inject(AuditSigning) signing: AuditSigning,
    @Inject(DecisionCounts) decisions: DecisionCounts,
    @Inject(McpServers) servers: McpServers,
    @Inject(AuditExport) auditExport: AuditExport,
    @Inject(LogStore) logs: LogStore,
    @Inject(McpMessageCounts) mcpMessages: McpMessageCounts,
  ) {
    const registers = [this.#registry];
    collectDefaultMetrics({ register: this.#registry });
    new Counter({
      name: 'gatehouse_decisions_total',
      help: 'Decisions answered, by decision and by the check that decided.',
      labelNames: ['decision', 'policy'],
      registers,
      collect() {
        this.reset();
        for (const { decision, policy, count } of decisions.all()) this.inc({ decision, policy }, count);
      },
    });
    new Counter({
      name: 'gatehouse_audit_rows_total',
      help: 'Audit rows committed by this process.',
      registers,
      collect() {
        this.reset();
        this.inc(audit.status().rowsTotal);
      },
    });
    new Counter({
      name: 'gatehouse_audit_lost_calls_total',
      help: 'Governed calls that were denied because they could not be recorded.',
      registers,
      collect() {
        this.reset();
        this.inc(audit.status().lostCallsTotal);
      },
    });
    new Counter({
      name: 'gatehouse_audit_summarised_calls_total',
      help: 'Governed calls that were denied and are counted in summary rows instead of having rows of their own.',
      registers,
      collect() {
        this.reset();
        this.inc(audit.status().summarisedCallsTotal);
      },
    });
    new Gauge({
      name: 'gatehouse_audit_rows_waiting',
      help: 'Audit rows that wait for a lane.',
      registers,
      collect() {
        this.set(audit.status().waiting);
      },
    });
    new Counter({
      name: 'gatehouse_governed_calls_received_total',
      help: 'Governed calls that arrived at any door.',
      registers,
      collect() {
        this.reset();
        this.inc(audit.status().calls.received);
      },
    });
    new Counter({
      name: 'gatehouse_governed_calls_accounted_total',
      help: 'Where they went: a row of their own, or counted in a gap or summary row.',
      labelNames: ['as'],
      registers,
      collect() {
        this.reset();
        const { recorded, inGap, inSummary } = audit.status().calls;
        this.inc({ as: 'row' }, recorded);
        this.inc({ as: 'gap' }, inGap);
        this.inc({ as: 'summary' }, inSummary);
      },
    });
    new Gauge({
      name: 'gatehouse_governed_calls_unaccounted',
      help: 'Answered calls that are neither a row nor counted: 0, or something is wrong.',
      registers,
      collect() {
        this.set(audit.status().calls.unaccounted);
      },
    });
    new Gauge({
      name: 'gatehouse_audit_signed_seals',
      help: 'Seals in the signed tree.',
      registers,
      collect() {
        this.set(signing.status().size);
      },
    });
    new Gauge({
      name: 'gatehouse_audit_signing_lag_seconds',
      help: 'From the commit of the oldest seal of the last checkpoint until it was signed and stored.',
      registers,
      collect() {
        this.set(signing.status().lagMs / 1000);
      },
    });
    new Counter({
      name: 'gatehouse_audit_anchor_failures_total',
      help: 'Checkpoints that did not reach an anchor.',
      registers,
      collect() {
        this.reset();
        this.inc(signing.status().anchorFailuresTotal);
      },
    });
    registerMcpMetrics(this.#registry, servers, mcpMessages);
    registerExportMetrics(this.#registry, auditExport, logs);
  }

  text(): Promise<string> {
    return this.#registry.metrics();
  }
}
