import { Flags } from '@oclif/core';
import { GatehouseCommand } from '../../../gatehouse-command.ts';
import type { Report } from '../../../report/report.ts';

export default class PluginsMcpListPackages extends GatehouseCommand<typeof PluginsMcpListPackages> {
  static override summary = 'List the programs that the MCP servers of services/mcp run.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --raw',
  ];
  static override flags = { raw: Flags.boolean({ description: 'On one line, with spaces between.' }) };

  protected override async report(): Promise<Report> {
    const { services } = await this.configuration();
    const commands = [...services.mcpServers.values()].flatMap(({ command }) => command ?? []);
    const packages = [...new Set(commands)].sort();
    return {
      artifactType: 'text',
      title: 'Packages',
      data: { packages },
      parts: [{ kind: 'text', text: packages.join(this.flags.raw ? ' ' : '\n') }],
    };
  }
}
