import { keysReport } from '../../../../../audit/proof/key-report.ts';
import { GatehouseCommand } from '../../../../../gatehouse-command.ts';
import type { Report } from '../../../../../report/report.ts';

export default class InfraLogsAuditKeys extends GatehouseCommand<typeof InfraLogsAuditKeys> {
  static override readonly commandTool = 'reads';
  static override summary = 'Show the public keys that the audit log was signed with, oldest first.';
  static override description =
    'Each is a line that `audit verify --key` takes (C2SP signed-note verifier key). Give them to your auditor on another way than the bundle.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --json',
  ];

  protected override async report(): Promise<Report> {
    return keysReport(await this.operator('audit:read:all'));
  }
}
