import { LogReader } from '@gatehouse/audit';
import { Flags } from '@oclif/core';
import { GatehouseCommand } from '../../../gatehouse-command.ts';
import { times } from '../../../logs/log-wish.ts';
import type { Report } from '../../../report/report.ts';

const DAY_MS = 86_400_000;

export default class InfraLogsSummary extends GatehouseCommand<typeof InfraLogsSummary> {
  static override readonly commandTool = 'reads';
  static override summary = 'Count log lines by level and module.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --since 7d --json',
  ];
  static override flags = {
    since: Flags.string({ description: 'From then on; the last 24 hours when left out.' }),
  };

  protected override async report(): Promise<Report> {
    const operator = await this.operator('logs:read');
    const since = times(this.flags).since ?? new Date(Date.now() - DAY_MS);
    const { total, first, last, byLevel, byModule } = await operator.get(LogReader).summary(since);
    const range = { since: since.toISOString(), first, last };
    return {
      artifactType: 'card',
      title: 'Log summary',
      data: { total, time_range: range, by_level: [...byLevel], by_module: [...byModule] },
      parts: [
        { kind: 'card', fields: { lines: total, ...range } },
        { kind: 'table', columns: ['level', 'lines'], rows: byLevel },
        { kind: 'table', columns: ['module', 'lines'], rows: byModule },
      ],
    };
  }
}
