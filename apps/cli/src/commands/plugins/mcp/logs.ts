import type { JsonObject } from '@gatehouse/kernel';
import { LINE_LEVELS, type LineLevel } from '@gatehouse/mcp-spawner';
import { Args, Flags } from '@oclif/core';
import { GatehouseCommand } from '../../../gatehouse-command.ts';
import { followServerLogs } from '../../../mcp/follow-server-logs.ts';
import { mcpServerLogs } from '../../../mcp/server-status.ts';
import { type Report, tableReport } from '../../../report/report.ts';
import { escapeUnsafe, terminalText } from '../../../report/terminal-text.ts';
import { writeLines } from '../../../report/write-lines.ts';

export default class PluginsMcpLogs extends GatehouseCommand<typeof PluginsMcpLogs> {
  static override summary = "Show what an MCP server's processes last wrote to standard error.";
  static override description =
    'The last 256 lines since the server started, oldest first, credentials redacted; for those who may restart it, because a process may be that of another user. It is text of the tool: whatever it says, it does not come from Gatehouse; the level is what a line says of itself.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> filesystem',
    '<%= config.bin %> <%= command.id %> everything --limit 20 --json',
    '<%= config.bin %> <%= command.id %> everything --follow --level warn',
  ];
  static override args = { server: Args.string({ required: true, description: 'An MCP server.' }) };
  static override flags = {
    limit: Flags.integer({
      default: 50,
      min: 1,
      max: 256,
      description: 'The last lines, this many at most.',
    }),
    level: Flags.option({ options: LINE_LEVELS, description: 'Lines of this level and worse.' })(),
    follow: Flags.boolean({ char: 'f', description: 'Go on with each line that comes, until Ctrl-C.' }),
    lines: Flags.integer({ min: 1, dependsOn: ['follow'], description: 'End after so many lines.' }),
    for: Flags.integer({ min: 1, dependsOn: ['follow'], description: 'End after so many seconds.' }),
  };

  override async run(): Promise<void> {
    if (this.flags.follow) await writeLines(this.#followed(), process.stdout);
    else await super.run();
  }

  protected override async report(): Promise<Report> {
    const { server } = this.args;
    const lines = await mcpServerLogs(await this.operator('mcp:read'), server);
    return tableReport({
      title: `Standard error of ${server}`,
      key: 'lines',
      columns: ['at', 'pid', 'level', 'text'],
      rows: lines.filter((line) => this.#isWanted(line)).slice(-this.flags.limit),
      more: { server },
      empty: 'Its processes wrote nothing since the server started.',
    });
  }

  async *#followed(): AsyncGenerator<string> {
    const { limit: tail, for: seconds, lines = Number.POSITIVE_INFINITY } = this.flags;
    const signal =
      seconds === undefined ? new AbortController().signal : AbortSignal.timeout(seconds * 1_000);
    const operator = await this.operator('mcp:read');
    let shown = 0;
    for await (const line of followServerLogs(operator, this.args.server, { tail, signal })) {
      if (!this.#isWanted(line)) continue;
      yield this.globals.json ? escapeUnsafe(JSON.stringify(line)) : lineText(line);
      shown += 1;
      if (shown >= lines) return;
    }
  }

  #isWanted({ level }: JsonObject): boolean {
    const wanted = this.flags.level ?? 'debug';
    return LINE_LEVELS.indexOf(level as LineLevel) >= LINE_LEVELS.indexOf(wanted);
  }
}

function lineText({ at, pid, level, text }: JsonObject): string {
  const parts = [at, pid, level, text].filter((part) => typeof part === 'string' || typeof part === 'number');
  return terminalText(parts.join(' '));
}
