import { Flags } from '@oclif/core';
import { GatehouseCommand } from '../../../gatehouse-command.ts';
import { breakGlass } from '../../../governance/policy-client.ts';
import { policyHash } from '../../../governance/policy-hash.ts';
import { answeredPolicy, policyReport } from '../../../governance/policy-report.ts';
import type { Report } from '../../../report/report.ts';

export default class AdminGovernanceBreakGlass extends GatehouseCommand<typeof AdminGovernanceBreakGlass> {
  static override readonly commandTool = 'never';
  static override summary = 'Bring a waiting change of the policy files into force at once, for an hour.';
  static override description =
    'For when no second administrator can be reached. After 60 minutes the policy before it is in force again, ' +
    'unless the change was applied properly meanwhile. The reason and both moments are rows of the audit log.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> sha256:3f… --reason "an agent drains the ticket system"',
  ];
  static override args = { hash: policyHash({ required: true }) };
  static override flags = {
    reason: Flags.string({ required: true, description: 'Why it cannot wait: 10 to 500 characters.' }),
    yes: Flags.boolean({ description: 'Do not ask.' }),
  };

  protected override async report(): Promise<Report> {
    const operator = await this.operator('governance:write');
    await this.confirmed('Break the glass?', this.flags.yes);
    const answer = await breakGlass(operator, this.args.hash, this.flags.reason);
    return { ...policyReport('Glass broken: in force for an hour', answeredPolicy(answer)), data: answer };
  }
}
