import { checkpointReport } from '../../../../audit/proof/checkpoint-report.ts';
import { GatehouseCommand } from '../../../../gatehouse-command.ts';
import type { Report } from '../../../../report/report.ts';

export default class InfraLogsAuditCheckpoint extends GatehouseCommand<typeof InfraLogsAuditCheckpoint> {
  static override readonly commandTool = 'reads';
  static override summary = 'Sign what is not signed yet, and show the last checkpoint.';
  static override description =
    'Keep it where this machine cannot reach it: `audit verify --checkpoint` takes it as it is. While a server runs, it signs by itself, and this shows its last checkpoint that names every writer.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --json',
  ];

  protected override async report(): Promise<Report> {
    return checkpointReport(await this.operator('audit:read:all'));
  }
}
