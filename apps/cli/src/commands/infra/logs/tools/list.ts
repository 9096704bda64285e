import { Flags } from '@oclif/core';
import { CALL_FLAGS, DECISION_FLAG } from '../../../../audit/call-flags.ts';
import { calls, callsReport } from '../../../../audit/call-reports.ts';
import { cliError } from '../../../../errors/cli-error.ts';
import { GatehouseCommand } from '../../../../gatehouse-command.ts';
import type { Report } from '../../../../report/report.ts';

export default class InfraLogsToolsList extends GatehouseCommand<typeof InfraLogsToolsList> {
  static override readonly commandTool = 'reads';
  static override summary = 'List tool calls, newest first.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --name Bash --decision deny',
    '<%= config.bin %> <%= command.id %> --server filesystem --name read_text_file --since 24h --json',
  ];
  static override flags = {
    ...CALL_FLAGS,
    name: Flags.string({ description: 'The tool, such as Bash; with --server that of the MCP server.' }),
    server: Flags.string({ description: 'The MCP server.', dependsOn: ['name'] }),
    decision: DECISION_FLAG(),
  };

  protected override async report(): Promise<Report> {
    const { name, server, ...wish } = this.flags;
    if (server !== undefined && !/^[A-Za-z0-9_-]+$/.test(server))
      throw cliError('CLI_ARGUMENT_INVALID', { message: 'that is no name of an MCP server' });
    const operator = await this.operator('audit:read:self');
    const action = server === undefined ? name : `mcp__${server}__${name}`;
    return callsReport('Tool calls', await calls(operator, { ...wish, kind: 'tool', action }));
  }
}
