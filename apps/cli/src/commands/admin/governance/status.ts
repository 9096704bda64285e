import { GatehouseCommand } from '../../../gatehouse-command.ts';
import { policyStatus } from '../../../governance/policy-client.ts';
import { policyReport } from '../../../governance/policy-report.ts';
import type { Report } from '../../../report/report.ts';

export default class AdminGovernanceStatus extends GatehouseCommand<typeof AdminGovernanceStatus> {
  static override readonly commandTool = 'reads';
  static override summary = 'Show which governance policy is in force, and what change of the files waits.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --json',
  ];

  protected override async report(): Promise<Report> {
    return policyReport('Governance policy', await policyStatus(await this.operator('governance:read')));
  }
}
