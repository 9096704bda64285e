import { Args } from '@oclif/core';
import { GatehouseCommand } from '../../../gatehouse-command.ts';
import { restartMcpServer, statusRow } from '../../../mcp/server-status.ts';
import { cardReport, type Report } from '../../../report/report.ts';

export default class PluginsMcpRestart extends GatehouseCommand<typeof PluginsMcpRestart> {
  static override summary = "End an MCP server's processes and discover it anew.";
  static override examples = ['<%= config.bin %> <%= command.id %> filesystem'];
  static override args = { server: Args.string({ required: true, description: 'An MCP server.' }) };

  protected override async report(): Promise<Report> {
    const server = await restartMcpServer(await this.operator('mcp:restart'), this.args.server);
    return { ...cardReport('MCP server restarted', statusRow(server)), data: { server } };
  }
}
