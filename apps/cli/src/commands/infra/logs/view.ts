import { given } from '@gatehouse/kernel';
import { Flags } from '@oclif/core';
import { GatehouseCommand } from '../../../gatehouse-command.ts';
import { logPage } from '../../../logs/log-page.ts';
import { logReport } from '../../../logs/log-report.ts';
import { LOG_FLAGS, logFilter } from '../../../logs/log-wish.ts';
import type { Report } from '../../../report/report.ts';

export default class InfraLogsView extends GatehouseCommand<typeof InfraLogsView> {
  static override readonly commandTool = 'reads';
  static override summary = 'Show what the server last logged.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --level warn --since 24h',
    '<%= config.bin %> <%= command.id %> --module policy --tail 100 --json',
  ];
  static override flags = {
    ...LOG_FLAGS,
    tail: Flags.integer({ char: 'n', description: 'Lines at most.', default: 20, min: 1, max: 1000 }),
    cursor: Flags.string({ description: 'The next_cursor of the page before.' }),
  };

  protected override async report(): Promise<Report> {
    const operator = await this.operator('logs:read');
    const { tail, cursor, ...wish } = this.flags;
    const filter = logFilter({ ...wish, limit: tail });
    const page = await logPage(operator, { ...filter, ...given({ before: cursor }) });
    return logReport('Logs', page);
  }
}
