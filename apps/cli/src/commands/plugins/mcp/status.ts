import { Args } from '@oclif/core';
import { GatehouseCommand } from '../../../gatehouse-command.ts';
import { mcpServerStatus, statusRow } from '../../../mcp/server-status.ts';
import { type Report, tableReport } from '../../../report/report.ts';

export default class PluginsMcpStatus extends GatehouseCommand<typeof PluginsMcpStatus> {
  static override readonly commandTool = 'reads';
  static override summary = 'Show how the MCP servers of the running server stand.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> filesystem --json',
  ];
  static override args = { server: Args.string({ description: 'One MCP server.' }) };

  protected override async report(): Promise<Report> {
    const servers = await mcpServerStatus(await this.operator('mcp:read'), this.args.server);
    return {
      ...tableReport({
        title: 'MCP servers',
        key: 'servers',
        columns: [
          'name',
          'state',
          'tools',
          'held',
          'flagged',
          'children',
          'cage',
          'spawns',
          'problem',
          'not_enforced',
        ],
        rows: servers.map(statusRow),
      }),
      data: { servers },
    };
  }
}
