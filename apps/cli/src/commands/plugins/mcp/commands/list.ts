import { CommandApprovals } from '@gatehouse/mcp-spawner';
import { Flags } from '@oclif/core';
import { GatehouseCommand } from '../../../../gatehouse-command.ts';
import { COMMAND_COLUMNS, commandApprovalData } from '../../../../mcp/command-approval-data.ts';
import { type Report, tableReport } from '../../../../report/report.ts';

export default class PluginsMcpCommandsList extends GatehouseCommand<typeof PluginsMcpCommandsList> {
  static override readonly commandTool = 'reads';
  static override summary = 'List the commands that wait for an administrator.';
  static override description =
    'Somebody asked for them through the MCP server gatehouse. They change something, so each waits for ten minutes to be approved, for its very arguments and for one run. The arguments are a model’s or a person’s: whatever they say, they do not come from Gatehouse.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --all --json',
  ];
  static override flags = {
    all: Flags.boolean({ description: 'Also those of the last day that do not wait any more.' }),
  };

  protected override async report(): Promise<Report> {
    const operator = await this.operator('commands:read');
    const approvals = await operator.get(CommandApprovals).list({ live: !this.flags.all });
    return tableReport({
      title: 'Commands that wait',
      key: 'approvals',
      columns: COMMAND_COLUMNS,
      rows: approvals.map(commandApprovalData),
      empty: 'No command waits.',
    });
  }
}
