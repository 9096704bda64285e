import { Args, Flags } from '@oclif/core';
import { GatehouseCommand } from '../../../gatehouse-command.ts';
import { callReport } from '../../../mcp/call-report.ts';
import { callTool } from '../../../mcp/call-tool.ts';
import { toolArguments } from '../../../mcp/tool-arguments.ts';
import type { Report } from '../../../report/report.ts';

export default class PluginsMcpCall extends GatehouseCommand<typeof PluginsMcpCall> {
  static override summary = 'Call a tool through the running server, governed and recorded like any call.';
  static override description =
    'Exits 0 when the tool answered, 1 when it failed, 3 when the call was denied. Prints the trace id of the call.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> filesystem list_directory --args \'{"path": "."}\'',
    'echo \'{"path": "notes.txt"}\' | <%= config.bin %> <%= command.id %> filesystem read_text_file --args -',
  ];
  static override args = {
    server: Args.string({ required: true, description: 'An MCP server.' }),
    tool: Args.string({ required: true, description: 'One of its tools.' }),
  };
  static override flags = {
    args: Flags.string({
      char: 'a',
      default: '{}',
      description: 'The arguments as a JSON object; - reads standard input.',
    }),
    timeout: Flags.integer({
      default: 60,
      min: 1,
      max: 3600,
      description: 'Seconds to wait for the answer.',
    }),
  };

  protected override async report(): Promise<Report> {
    const { args, timeout } = this.flags;
    const input = await toolArguments(args);
    const operator = await this.operator('mcp:call');
    const { server, tool } = this.args;
    const clientVersion = this.config.version;
    const call = { server, tool, input, timeoutMs: timeout * 1000, clientVersion };
    return callReport(await callTool(operator, call));
  }
}
