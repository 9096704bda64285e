import { Args, Flags } from '@oclif/core';
import { GatehouseCommand } from '../../../../gatehouse-command.ts';
import { decideCommand } from '../../../../mcp/decide-command.ts';
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
    const decided = await decideCommand(operator, {
      id: this.args.id,
      isApproved: false,
      confirm: (question) => this.confirmed(question, this.flags.yes),
    });
    return cardReport('Command refused', decided);
  }
}
