import { Args, Flags } from '@oclif/core';
import { GatehouseCommand } from '../../../../gatehouse-command.ts';
import { decideCommand } from '../../../../mcp/decide-command.ts';
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
    const decided = await decideCommand(operator, {
      id: this.args.id,
      isApproved: true,
      confirm: (question) => this.confirmed(question, this.flags.yes),
    });
    return cardReport('Command approved', decided);
  }
}
