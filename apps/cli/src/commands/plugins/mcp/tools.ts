import { isJsonObject, type JsonObject } from '@gatehouse/kernel';
import { Flags } from '@oclif/core';
import { GatehouseCommand } from '../../../gatehouse-command.ts';
import { mcpServerTools } from '../../../mcp/server-status.ts';
import { type Report, tableReport } from '../../../report/report.ts';

export default class PluginsMcpTools extends GatehouseCommand<typeof PluginsMcpTools> {
  static override readonly commandTool = 'reads';
  static override summary = 'List the tools that MCP servers offer, as discovered.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> --server filesystem',
    '<%= config.bin %> <%= command.id %> --json',
  ];
  static override flags = {
    detailed: Flags.boolean({
      description: 'Show the whole description, and how many parameters there are.',
    }),
    schema: Flags.boolean({ description: 'Show the schema of the arguments too.' }),
    server: Flags.string({ char: 's', description: 'One MCP server; all where it is left out.' }),
  };

  protected override async report(): Promise<Report> {
    const operator = await this.operator('mcp:read');
    const { server } = this.flags;
    const names =
      server === undefined ? [...operator.platform.configuration.services.mcpServers.keys()] : [server];
    const tools = await Promise.all(names.map((name) => mcpServerTools(operator, name)));
    const { detailed, schema } = this.flags;
    return tableReport({
      title: 'Tools',
      key: 'tools',
      columns: [
        'server',
        'name',
        'description',
        ...(detailed ? ['parameters_count'] : []),
        ...(schema ? ['inputSchema'] : []),
      ],
      rows: tools.flat().map((tool) => ({ ...tool, parameters_count: parametersOf(tool) })),
    });
  }
}

function parametersOf({ inputSchema = null }: JsonObject): number {
  const properties = isJsonObject(inputSchema) ? (inputSchema.properties ?? null) : null;
  return isJsonObject(properties) ? Object.keys(properties).length : 0;
}
