import { Args } from '@oclif/core';
import { GatehouseCommand } from '../../../gatehouse-command.ts';
import { validateMcpServer } from '../../../mcp/server-status.ts';
import { type Report, tableReport } from '../../../report/report.ts';

export default class PluginsMcpValidate extends GatehouseCommand<typeof PluginsMcpValidate> {
  static override summary = 'Start MCP servers once and see whether they say what they offer.';
  static override description = 'Through the running server; nothing is kept. Exits 1 when one is not valid.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> filesystem --json',
  ];
  static override args = {
    server: Args.string({ description: 'One MCP server; all where it is left out.' }),
  };

  protected override async report(): Promise<Report> {
    const operator = await this.operator('mcp:restart');
    const { server } = this.args;
    const names =
      server === undefined ? [...operator.platform.configuration.services.mcpServers.keys()] : [server];
    const servers = await Promise.all(names.map((name) => validateMcpServer(operator, name)));
    const report = tableReport({
      title: 'MCP servers',
      key: 'servers',
      columns: ['name', 'valid', 'eras', 'tools', 'latency_ms', 'problem'],
      rows: servers,
    });
    return servers.every(({ valid }) => valid === true) ? report : { ...report, exitCode: 1 };
  }
}
