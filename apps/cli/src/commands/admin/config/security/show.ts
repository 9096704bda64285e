import { GatehouseCommand } from '../../../../gatehouse-command.ts';
import type { Report } from '../../../../report/report.ts';
import { securityReport } from '../../../../security/security-report.ts';
import { securityStatus } from '../../../../security/security-status.ts';

export default class AdminConfigSecurityShow extends GatehouseCommand<typeof AdminConfigSecurityShow> {
  static override summary = 'Show the mode, who may do what, how keys are kept, and what is not met.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --json',
  ];

  protected override async report(): Promise<Report> {
    return securityReport(await securityStatus(await this.configuration()));
  }
}
