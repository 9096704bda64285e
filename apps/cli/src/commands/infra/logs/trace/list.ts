import { CALL_FLAGS } from '../../../../audit/call-flags.ts';
import { traces, tracesReport } from '../../../../audit/call-reports.ts';
import { GatehouseCommand } from '../../../../gatehouse-command.ts';
import type { Report } from '../../../../report/report.ts';

export default class InfraLogsTraceList extends GatehouseCommand<typeof InfraLogsTraceList> {
  static override readonly commandTool = 'reads';
  static override summary = 'List traces in which something was decided, the latest first.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --since 1h --agent associate_agent',
    '<%= config.bin %> <%= command.id %> --user maya@example.test --json',
  ];
  static override flags = CALL_FLAGS;

  protected override async report(): Promise<Report> {
    const operator = await this.operator('audit:read:self');
    return tracesReport(await traces(operator, this.flags));
  }
}
