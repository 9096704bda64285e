import { programOf } from '@gatehouse/mcp-spawner';
import { Flags } from '@oclif/core';
import { GatehouseCommand } from '../../../gatehouse-command.ts';
import { type Report, tableReport } from '../../../report/report.ts';

export default class PluginsMcpListPackages extends GatehouseCommand<typeof PluginsMcpListPackages> {
  static override summary =
    'List the programs that the MCP servers of services/mcp run, and the packages they are of.';
  static override description =
    'As they lie on the disk now: what would be pinned. What was approved, and differs, `plugins mcp changes` shows.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --raw',
  ];
  static override flags = { raw: Flags.boolean({ description: 'The commands alone, on one line.' }) };

  protected override async report(): Promise<Report> {
    const { services, installation } = await this.configuration();
    const configured = [...services.mcpServers.values()].filter(({ command }) => command !== null);
    const commands = configured.flatMap(({ command }) => command ?? []);
    const packages = [...new Set(commands)].sort();
    const servers = await Promise.all(
      configured.map(async (server) => ({
        server: server.name,
        command: server.command,
        ...((await programOf(server, installation.root)) ?? { path: null }),
      })),
    );
    const report = tableReport({
      title: 'Packages',
      key: 'servers',
      columns: ['server', 'command', 'package', 'version', 'path', 'integrity'],
      rows: servers,
      more: { packages },
      empty: 'No server has a command.',
    });
    return this.flags.raw ? { ...report, parts: [{ kind: 'text', text: packages.join(' ') }] } : report;
  }
}
