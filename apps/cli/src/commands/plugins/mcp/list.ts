import { GatehouseCommand } from '../../../gatehouse-command.ts';
import { mcpServerData } from '../../../mcp/mcp-server-data.ts';
import { type Report, tableReport } from '../../../report/report.ts';

export default class PluginsMcpList extends GatehouseCommand<typeof PluginsMcpList> {
  static override summary = 'List the MCP servers of services/mcp as configured.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --json',
  ];

  protected override async report(): Promise<Report> {
    const { services } = await this.configuration();
    return tableReport({
      title: 'MCP servers',
      key: 'servers',
      columns: ['name', 'command', 'args', 'roles', 'isolation', 'not_enforced', 'source'],
      rows: [...services.mcpServers.values()].map(mcpServerData),
    });
  }
}
