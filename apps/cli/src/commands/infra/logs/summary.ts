import { LogReader } from '@gatehouse/audit';
import { GatehouseCommand } from '../../../gatehouse-command.ts';
import { SINCE_A_DAY_AGO, sinceOrADayAgo } from '../../../logs/log-wish.ts';
import type { Report } from '../../../report/report.ts';

export default class InfraLogsSummary extends GatehouseCommand<typeof InfraLogsSummary> {
  static override readonly commandTool = 'reads';
  static override summary = 'Count log lines by level and module.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --since 7d --json',
  ];
  static override flags = SINCE_A_DAY_AGO;

  protected override async report(): Promise<Report> {
    const operator = await this.operator('logs:read');
    const since = sinceOrADayAgo(this.flags);
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
