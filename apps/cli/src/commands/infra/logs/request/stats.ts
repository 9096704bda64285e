import { AuditReader } from '@gatehouse/audit';
import { statisticsReport } from '../../../../audit/call-reports.ts';
import { visibilityOf } from '../../../../audit/list-audit.ts';
import { GatehouseCommand } from '../../../../gatehouse-command.ts';
import { SINCE_A_DAY_AGO, sinceOrADayAgo } from '../../../../logs/log-wish.ts';
import type { Report } from '../../../../report/report.ts';

export default class InfraLogsRequestStats extends GatehouseCommand<typeof InfraLogsRequestStats> {
  static override readonly commandTool = 'reads';
  static override summary = 'Count governed calls by decision, policy and action.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --since 7d --json',
  ];
  static override flags = SINCE_A_DAY_AGO;

  protected override async report(): Promise<Report> {
    const operator = await this.operator('audit:read:self');
    const since = sinceOrADayAgo(this.flags);
    return statisticsReport(
      since,
      await operator.get(AuditReader).callStatistics(since, visibilityOf(operator)),
    );
  }
}
