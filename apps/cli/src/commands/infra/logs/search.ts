import { Args, Flags } from '@oclif/core';
import { GatehouseCommand } from '../../../gatehouse-command.ts';
import { given } from '../../../given.ts';
import { logPage } from '../../../logs/log-page.ts';
import { logReport } from '../../../logs/log-report.ts';
import { LOG_FLAGS, logFilter } from '../../../logs/log-wish.ts';
import type { Report } from '../../../report/report.ts';

export default class InfraLogsSearch extends GatehouseCommand<typeof InfraLogsSearch> {
  static override readonly commandTool = 'reads';
  static override summary = 'Search the log for a part of its messages.';
  static override description =
    'Upper and lower case are the same; every character stands for itself. Tool calls are found by gatehouse infra logs tools list, audit rows by gatehouse infra logs audit list.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> "disk budget"',
    '<%= config.bin %> <%= command.id %> export --level warn --since 7d',
  ];
  static override args = { text: Args.string({ required: true, description: 'A part of the message.' }) };
  static override flags = {
    ...LOG_FLAGS,
    limit: Flags.integer({ char: 'n', description: 'Lines at most.', default: 50, min: 1, max: 1000 }),
    cursor: Flags.string({ description: 'The next_cursor of the page before.' }),
  };

  protected override async report(): Promise<Report> {
    const operator = await this.operator('logs:read');
    const { text } = this.args;
    const { cursor, ...wish } = this.flags;
    const page = await logPage(operator, { ...logFilter({ ...wish, text }), ...given({ before: cursor }) });
    return logReport(`Logs with "${text}"`, page);
  }
}
