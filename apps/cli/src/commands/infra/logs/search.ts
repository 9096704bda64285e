import { Args, Flags } from '@oclif/core';
import { GatehouseCommand } from '../../../gatehouse-command.ts';
import { LOG_FLAGS } from '../../../logs/log-wish.ts';
import { searchReport } from '../../../logs/search-report.ts';
import type { Report } from '../../../report/report.ts';

export default class InfraLogsSearch extends GatehouseCommand<typeof InfraLogsSearch> {
  static override readonly commandTool = 'reads';
  static override summary = 'Search log lines and audit rows for a part of their text.';
  static override description =
    'Of a line its message, of an audit row its reason and its action, never what was sent or came back. Upper and lower case are the same; every character stands for itself. Rows of the last seven days, unless --since says otherwise; --level and --module are of lines alone.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> "disk budget"',
    '<%= config.bin %> <%= command.id %> export --level warn --since 7d',
    '<%= config.bin %> <%= command.id %> mcp__filesystem --source audit --since 30d',
  ];
  static override args = { text: Args.string({ required: true, description: 'A part of the message.' }) };
  static override flags = {
    ...LOG_FLAGS,
    source: Flags.option({ description: 'Only these.', options: ['logs', 'audit'] as const })(),
    limit: Flags.integer({
      char: 'n',
      description: 'Lines and rows at most, of each.',
      default: 50,
      min: 1,
      max: 1000,
    }),
    cursor: Flags.string({ description: 'The next_cursor of the page of lines before.' }),
  };

  protected override async report(): Promise<Report> {
    const { source, ...wish } = this.flags;
    const ofLines = wish.level !== undefined || wish.module !== undefined || wish.cursor !== undefined;
    const operator = await this.operator(source === 'audit' ? 'audit:read:self' : 'logs:read');
    return searchReport(operator, {
      ...wish,
      text: this.args.text,
      lines: source !== 'audit',
      rows: source === 'audit' || (source === undefined && !ofLines),
    });
  }
}
