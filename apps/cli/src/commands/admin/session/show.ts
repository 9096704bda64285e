import { GatehouseCommand } from '../../../gatehouse-command.ts';
import type { Report } from '../../../report/report.ts';
import { loginReport } from '../../../session/session-report.ts';

export default class AdminSessionShow extends GatehouseCommand<typeof AdminSessionShow> {
  static override readonly commandTool = 'reads';
  static override summary = 'Show who is logged in at this command line.';
  static override examples = ['<%= config.bin %> <%= command.id %>'];

  protected override async report(): Promise<Report> {
    return loginReport('Session', await this.operator('sessions:read:self'));
  }
}
