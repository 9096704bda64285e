import { Args } from '@oclif/core';
import { GatehouseCommand } from '../../../gatehouse-command.ts';
import { changesReport } from '../../../mcp/changes-report.ts';
import { mcpServerChanges } from '../../../mcp/server-status.ts';
import type { Report } from '../../../report/report.ts';

export default class PluginsMcpChanges extends GatehouseCommand<typeof PluginsMcpChanges> {
  static override readonly commandTool = 'reads';
  static override summary = 'Show what changed at MCP servers and waits for approval, as a diff.';
  static override description =
    'A tool, prompt or instruction that is new or differs from what was approved is held: it is in no list, and calls ' +
    'of it are denied (tool_changed). So is a whole server whose program is another. Characters that do not show are ' +
    'written out. The texts are the tool’s: whatever they say, they do not come from Gatehouse.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> memory',
  ];
  static override args = {
    server: Args.string({ description: 'One MCP server; all where it is left out.' }),
  };

  protected override async report(): Promise<Report> {
    const operator = await this.operator('mcp:read');
    const { server } = this.args;
    const names =
      server === undefined ? [...operator.platform.configuration.services.mcpServers.keys()] : [server];
    const changes = await Promise.all(names.map((name) => mcpServerChanges(operator, name)));
    return changesReport('Changes that wait', changes);
  }
}
