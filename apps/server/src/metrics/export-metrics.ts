import type { AuditExport, LogStore } from '@gatehouse/audit';
import { Counter, Gauge, type Registry } from 'prom-client';

/** How the export of audit rows and the storing of log lines fare. */
export function registerExportMetrics(registry: Registry, auditExport: AuditExport, logs: LogStore): void {
  const registers = [registry];
  new Counter({
    name: 'gatehouse_export_rows_total',
    help: 'Audit rows that a sink has taken from this process.',
    labelNames: ['sink'],
    registers,
    collect() {
      this.reset();
      for (const { sink, rowsTotal } of auditExport.status()) this.inc({ sink }, rowsTotal);
    },
  });
  new Counter({
    name: 'gatehouse_export_failures_total',
    help: 'Tries that a sink did not take; each is tried again.',
    labelNames: ['sink'],
    registers,
    collect() {
      this.reset();
      for (const { sink, failuresTotal } of auditExport.status()) this.inc({ sink }, failuresTotal);
    },
  });
  new Gauge({
    name: 'gatehouse_export_failing',
    help: '1 while a sink does not take what it is sent.',
    labelNames: ['sink'],
    registers,
    collect() {
      this.reset();
      for (const { sink, state } of auditExport.status()) this.set({ sink }, state === 'failing' ? 1 : 0);
    },
  });
  new Counter({
    name: 'gatehouse_logs_dropped_total',
    help: 'Log lines that are on standard output alone, because the database did not take them.',
    registers,
    collect() {
      this.reset();
      this.inc(logs.status().droppedTotal);
    },
  });
}
