import { visibleJson } from '@gatehouse/audit';
import { CommandApprovals } from '@gatehouse/mcp-spawner';
import { Args, Flags } from '@oclif/core';
import { GatehouseCommand } from '../../../../gatehouse-command.ts';
import { commandApprovalData } from '../../../../mcp/command-approval-data.ts';
import { cardReport, type Report } from '../../../../report/report.ts';

export default class PluginsMcpCommandsRefuse extends GatehouseCommand<typeof PluginsMcpCommandsRefuse> {
  static override readonly commandTool = 'never';
  static override summary = 'Refuse a command that waits.';
  static override description = 'It cannot be approved any more; who asked may ask again.';
  static override examples = ['<%= config.bin %> <%= command.id %> 01a2056e-50a8-7000-8000-000500000001'];
  static override args = { id: Args.string({ required: true, description: 'Of the command that waits.' }) };
  static override flags = { yes: Flags.boolean({ char: 'y', description: 'Do not ask.' }) };

  protected override async report(): Promise<Report> {
    const operator = await this.operator('commands:approve');
    const approvals = operator.get(CommandApprovals);
    const waiting = (await approvals.list({ live: true })).find(({ id }) => id === this.args.id);
    const shown = waiting === undefined ? '' : ` ${visibleJson([...waiting.argv])}`;
    await this.confirmed(`Refuse${shown}?`, this.flags.yes);
    const decided = await approvals.decide(this.args.id, false, operator.context);
    return cardReport('Command refused', commandApprovalData(decided));
  }
}
