import { AuditReader } from '@gatehouse/audit';
import { Flags } from '@oclif/core';
import { statisticsReport } from '../../../../audit/call-reports.ts';
import { visibilityOf } from '../../../../audit/list-audit.ts';
import { GatehouseCommand } from '../../../../gatehouse-command.ts';
import { times } from '../../../../logs/log-wish.ts';
import type { Report } from '../../../../report/report.ts';

const DAY_MS = 86_400_000;

export default class InfraLogsRequestStats extends GatehouseCommand<typeof InfraLogsRequestStats> {
  static override readonly commandTool = 'reads';
  static override summary = 'Count governed calls by decision, policy and action.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --since 7d --json',
  ];
  static override flags = {
    since: Flags.string({ description: 'From then on; the last 24 hours when left out.' }),
  };

  protected override async report(): Promise<Report> {
    const operator = await this.operator('audit:read:self');
    const since = times(this.flags).since ?? new Date(Date.now() - DAY_MS);
    return statisticsReport(
      since,
      await operator.get(AuditReader).callStatistics(since, visibilityOf(operator)),
    );
  }
}
