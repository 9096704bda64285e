import { Args, Flags } from '@oclif/core';
import { cliError } from '../../../errors/cli-error.ts';
import { GatehouseCommand } from '../../../gatehouse-command.ts';
import { changesReport } from '../../../mcp/changes-report.ts';
import { approveMcpServer, mcpServerChanges } from '../../../mcp/server-status.ts';
import type { Report } from '../../../report/report.ts';
import { terminalLines } from '../../../report/terminal-text.ts';

export default class PluginsMcpApprove extends GatehouseCommand<typeof PluginsMcpApprove> {
  static override readonly commandTool = 'never';
  static override summary = 'Approve what changed at an MCP server.';
  static override description =
    'Approves just what `plugins mcp changes` showed under that hash; when other changes are held by then, nothing is ' +
    'approved. After a changed program, its tools are asked for and may be held in turn.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> memory',
    '<%= config.bin %> <%= command.id %> memory --hash 9f86d0… --yes',
  ];
  static override args = { server: Args.string({ required: true, description: 'An MCP server.' }) };
  static override flags = {
    hash: Flags.string({ description: 'Of the changes, as they were shown; else those that wait now.' }),
    yes: Flags.boolean({ description: 'Do not ask. Needs --hash.', dependsOn: ['hash'] }),
  };

  protected override async report(): Promise<Report> {
    const operator = await this.operator('mcp:approve');
    const { server } = this.args;
    const waiting = await mcpServerChanges(operator, server);
    const hash = this.flags.hash ?? waiting.hash;
    if (typeof hash !== 'string') throw cliError('CLI_MCP_NOTHING_WAITS');
    if (this.flags.hash === undefined && !this.interactive) {
      throw cliError('CLI_TERMINAL_REQUIRED', { hint: 'Name what you saw with --hash.' });
    }
    for (const part of changesReport('', [waiting]).parts) {
      if ('text' in part) this.note(terminalLines(part.text));
    }
    await this.confirmed(`Approve this of ${server}?`, this.flags.yes);
    return changesReport('Approved', [await approveMcpServer(operator, server, hash)]);
  }
}
