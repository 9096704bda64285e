import { AuditReader, ExportPlaces } from '@gatehouse/audit';
import { GatehouseCommand } from '../../../../gatehouse-command.ts';
import { type Report, tableReport } from '../../../../report/report.ts';

export default class InfraLogsSinks extends GatehouseCommand<typeof InfraLogsSinks> {
  static override readonly commandTool = 'reads';
  static override summary = 'Show where audit rows are sent, and how far each sink has come.';
  static override description =
    'Exit code 1 while a sink fails: it holds its place and goes on from there when the other side takes rows again. What it refuses for good stands under `refused`; `sinks skip` has it go on without.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --json',
  ];

  protected override async report(): Promise<Report> {
    const operator = await this.operator('system:read');
    const stored = await operator.get(ExportPlaces).list(await operator.get(AuditReader).heads());
    const configured = operator.platform.configuration.services.exportSinks;
    const known = new Map(stored.map((sink) => [sink.sink, sink]));
    const names = [...new Set([...configured.keys(), ...known.keys()])];
    const rows = names.map((name) => {
      const place = known.get(name);
      const sink = configured.get(name);
      return {
        sink: name,
        kind: sink?.kind ?? null,
        format: sink?.format ?? null,
        state:
          sink?.enabled !== true
            ? 'off'
            : place === undefined
              ? 'not started'
              : place.failingSince === null
                ? 'ok'
                : 'FAILING',
        rows_sent: place?.rowsTotal ?? 0,
        seals_behind: place?.sealsBehind ?? null,
        rows_missing: place?.missingTotal ?? 0,
        skipped: place?.skippedTotal ?? 0,
        sent_at: place?.sentAt?.toISOString() ?? null,
        failing_since: place?.failingSince?.toISOString() ?? null,
        failures: place?.failures ?? 0,
        problem: place?.lastProblem ?? null,
        refused: place?.refusedId ?? null,
      };
    });
    return {
      ...tableReport({
        title: 'Sinks',
        key: 'sinks',
        columns: [
          'sink',
          'kind',
          'format',
          'state',
          'rows_sent',
          'seals_behind',
          'failing_since',
          'problem',
          'refused',
        ],
        rows,
        empty: 'None is configured: see services/export/sinks.yaml.',
      }),
      exitCode: rows.some(({ state }) => state === 'FAILING') ? 1 : 0,
    };
  }
}
