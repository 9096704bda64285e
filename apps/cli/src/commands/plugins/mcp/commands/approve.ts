import { visibleJson } from '@gatehouse/audit';
import { CommandApprovals } from '@gatehouse/mcp-spawner';
import { Args, Flags } from '@oclif/core';
import { GatehouseCommand } from '../../../../gatehouse-command.ts';
import { commandApprovalData } from '../../../../mcp/command-approval-data.ts';
import { cardReport, type Report } from '../../../../report/report.ts';

export default class PluginsMcpCommandsApprove extends GatehouseCommand<typeof PluginsMcpCommandsApprove> {
  static override readonly commandTool = 'never';
  static override summary = 'Approve a command that waits.';
  static override description =
    'For its very arguments, for the session that asked, and for one run. It runs in the name of whoever asked, with what that person may do.';
  static override examples = ['<%= config.bin %> <%= command.id %> 01a2056e-50a8-7000-8000-000500000001'];
  static override args = { id: Args.string({ required: true, description: 'Of the command that waits.' }) };
  static override flags = { yes: Flags.boolean({ char: 'y', description: 'Do not ask.' }) };

  protected override async report(): Promise<Report> {
    const operator = await this.operator('commands:approve');
    const approvals = operator.get(CommandApprovals);
    const waiting = (await approvals.list({ live: true })).find(({ id }) => id === this.args.id);
    const shown = waiting === undefined ? '' : ` ${visibleJson([...waiting.argv])}`;
    await this.confirmed(`Approve${shown}?`, this.flags.yes);
    const decided = await approvals.decide(this.args.id, true, operator.context);
    return cardReport('Command approved', commandApprovalData(decided));
  }
}
