import { Compliance, readPeriod } from '@gatehouse/compliance';
import { Flags } from '@oclif/core';
import { complianceReport } from '../../../compliance/compliance-report.ts';
import { GatehouseCommand } from '../../../gatehouse-command.ts';
import type { Report } from '../../../report/report.ts';

export default class AdminComplianceReport extends GatehouseCommand<typeof AdminComplianceReport> {
  static override readonly commandTool = 'reads';
  static override summary = "Show what the audit log says of a framework's controls in a period.";
  static override description =
    '"met" needs every claim proven and every row there; "not met" says what stands against it; "no data" that rows are missing; "outside" that it is the organisation\'s own matter.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> --framework soc2 --period 2026-Q3',
    '<%= config.bin %> <%= command.id %> --framework owasp-agentic --period 2026-07-01..2026-09-30 --json',
  ];
  static override flags = {
    framework: Flags.string({ required: true, description: 'Such as soc2, iso27001, hipaa, owasp-agentic.' }),
    period: Flags.string({ required: true, description: '2026, 2026-Q3, 2026-09, a day, or FROM..TO.' }),
  };

  protected override readonly leaveOut = [];

  protected override async report(): Promise<Report> {
    const operator = await this.operator('audit:read:all');
    const { framework, period } = this.flags;
    return complianceReport(await operator.get(Compliance).report(framework, readPeriod(period)));
  }
}
