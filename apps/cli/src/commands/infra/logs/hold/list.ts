import { listHolds } from '../../../../audit/retention/hold-report.ts';
import { GatehouseCommand } from '../../../../gatehouse-command.ts';
import type { Report } from '../../../../report/report.ts';

export default class InfraLogsHoldList extends GatehouseCommand<typeof InfraLogsHoldList> {
  static override readonly commandTool = 'reads';
  static override summary = 'List legal holds, standing and released.';
  static override examples = ['<%= config.bin %> <%= command.id %>'];

  protected override async report(): Promise<Report> {
    return listHolds(await this.operator('audit:read:all'));
  }
}
