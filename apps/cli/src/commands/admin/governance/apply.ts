import { Flags } from '@oclif/core';
import { GatehouseCommand } from '../../../gatehouse-command.ts';
import { applyPolicy } from '../../../governance/policy-client.ts';
import { policyHash } from '../../../governance/policy-hash.ts';
import { answeredPolicy, policyReport } from '../../../governance/policy-report.ts';
import type { Report } from '../../../report/report.ts';

export default class AdminGovernanceApply extends GatehouseCommand<typeof AdminGovernanceApply> {
  static override readonly commandTool = 'never';
  static override summary = 'Bring a waiting change of the policy files into force.';
  static override description =
    'In production a change of services/governance waits until an administrator applied it. Where there are two or ' +
    'more administrators, two of them have to: the first vouches for it, the second brings it into force.';
  static override examples = ['<%= config.bin %> <%= command.id %> sha256:3f…'];
  static override args = { hash: policyHash({ required: true }) };
  static override flags = { yes: Flags.boolean({ description: 'Do not ask.' }) };

  protected override async report(): Promise<Report> {
    const operator = await this.operator('governance:write');
    await this.confirmed('Bring this policy into force?', this.flags.yes);
    const answer = await applyPolicy(operator, this.args.hash);
    const title =
      answer.outcome === 'approved' ? 'Approved; another administrator has to apply it' : 'Policy applied';
    return { ...policyReport(title, answeredPolicy(answer)), data: answer };
  }
}
