import { showRetention } from '../../../../audit/retention/retention-report.ts';
import { GatehouseCommand } from '../../../../gatehouse-command.ts';
import type { Report } from '../../../../report/report.ts';

export default class InfraLogsRetentionShow extends GatehouseCommand<typeof InfraLogsRetentionShow> {
  static override readonly commandTool = 'reads';
  static override summary = 'Show how long rows and lines are kept, by which rule, and what is due.';
  static override examples = ['<%= config.bin %> <%= command.id %>'];

  protected override async report(): Promise<Report> {
    return showRetention(await this.operator('audit:read:all'));
  }
}
