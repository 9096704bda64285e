import { Users } from '@gatehouse/identity';
import { given } from '@gatehouse/kernel';
import { Args, Flags } from '@oclif/core';
import { GatehouseCommand } from '../../../gatehouse-command.ts';
import { type Report, tableReport } from '../../../report/report.ts';
import { USER_COLUMNS, userData } from '../../../users/user-data.ts';

export default class AdminUsersSearch extends GatehouseCommand<typeof AdminUsersSearch> {
  static override readonly commandTool = 'reads';
  static override summary = 'Find users by a part of their e-mail address or display name, newest first.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> maya',
    '<%= config.bin %> <%= command.id %> @example.test --json',
  ];
  static override args = {
    text: Args.string({ required: true, description: 'The part, in large letters or small.' }),
  };
  static override flags = {
    limit: Flags.integer({ default: 50, min: 1, max: 200, description: 'Users at most.' }),
    cursor: Flags.string({ description: 'The next_cursor of the page before.' }),
  };

  protected override async report(): Promise<Report> {
    const operator = await this.operator('users:read');
    const { limit, cursor } = this.flags;
    const page = await operator.get(Users).list({ text: this.args.text, limit, ...given({ cursor }) });
    return tableReport({
      title: 'Users',
      key: 'users',
      columns: USER_COLUMNS,
      rows: page.items.map(userData),
      more: { next_cursor: page.nextCursor },
      empty: 'No user has this in their e-mail address or display name.',
    });
  }
}
