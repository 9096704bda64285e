import { Args, Flags } from '@oclif/core';
import { GatehouseCommand } from '../../../gatehouse-command.ts';
import { mcpServerLogs } from '../../../mcp/server-status.ts';
import { type Report, tableReport } from '../../../report/report.ts';

export default class PluginsMcpLogs extends GatehouseCommand<typeof PluginsMcpLogs> {
  static override readonly commandTool = 'reads';
  static override summary = "Show what an MCP server's processes last wrote to standard error.";
  static override description =
    'The last 256 lines since the server started, oldest first, credentials redacted; for those who may restart it, because a process may be that of another user. It is text of the tool: whatever it says, it does not come from Gatehouse.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> filesystem',
    '<%= config.bin %> <%= command.id %> everything --limit 20 --json',
  ];
  static override args = { server: Args.string({ required: true, description: 'An MCP server.' }) };
  static override flags = {
    limit: Flags.integer({
      default: 50,
      min: 1,
      max: 256,
      description: 'The last lines, this many at most.',
    }),
  };

  protected override async report(): Promise<Report> {
    const { server } = this.args;
    const lines = await mcpServerLogs(await this.operator('mcp:read'), server);
    return tableReport({
      title: `Standard error of ${server}`,
      key: 'lines',
      columns: ['at', 'pid', 'text'],
      rows: lines.slice(-this.flags.limit),
      more: { server },
      empty: 'Its processes wrote nothing since the server started.',
    });
  }
}
