import { IpBans } from '@gatehouse/identity';
import { given } from '@gatehouse/kernel';
import { Flags } from '@oclif/core';
import { BAN_COLUMNS, banData } from '../../../../bans/ban-data.ts';
import { GatehouseCommand } from '../../../../gatehouse-command.ts';
import { type Report, tableReport } from '../../../../report/report.ts';

export default class AdminUsersBansList extends GatehouseCommand<typeof AdminUsersBansList> {
  static override readonly commandTool = 'reads';
  static override summary = 'List bans, newest first.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --all',
  ];
  static override flags = {
    all: Flags.boolean({ description: 'Those that are over too.' }),
    limit: Flags.integer({ default: 50, min: 1, max: 200, description: 'Bans at most.' }),
    cursor: Flags.string({ description: 'The next_cursor of the page before.' }),
  };

  protected override async report(): Promise<Report> {
    const operator = await this.operator('bans:read');
    const { all, limit, cursor } = this.flags;
    const page = await operator.get(IpBans).list({ all, limit, ...given({ cursor }) });
    return tableReport({
      title: 'Bans',
      key: 'bans',
      columns: BAN_COLUMNS,
      rows: page.items.map((ban) => banData(ban)),
      more: { total: page.items.length, next_cursor: page.nextCursor },
      empty: 'Nobody is banned.',
    });
  }
}
