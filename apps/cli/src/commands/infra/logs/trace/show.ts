import { Args } from '@oclif/core';
import { traceReport } from '../../../../audit/trace-report.ts';
import { GatehouseCommand } from '../../../../gatehouse-command.ts';
import type { Report } from '../../../../report/report.ts';

export default class InfraLogsTraceShow extends GatehouseCommand<typeof InfraLogsTraceShow> {
  static override readonly commandTool = 'reads';
  static override summary = 'Show everything of a trace in the order of time: rows and log lines.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> 4bf92f3577b34da6a3ce929d0e0e4736',
    '<%= config.bin %> <%= command.id %> 4bf92f3577b34da6a3ce929d0e0e4736 --json',
  ];
  static override args = { id: Args.string({ required: true, description: 'A trace, task or row id.' }) };

  protected override async report(): Promise<Report> {
    return traceReport(await this.operator('audit:read:self'), this.args.id);
  }
}
