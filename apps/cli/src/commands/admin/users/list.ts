import { USER_STATUSES, Users } from '@gatehouse/identity';
import { given, ROLES } from '@gatehouse/kernel';
import { Flags } from '@oclif/core';
import { GatehouseCommand } from '../../../gatehouse-command.ts';
import { type Report, tableReport } from '../../../report/report.ts';
import { USER_COLUMNS, userData } from '../../../users/user-data.ts';

export default class AdminUsersList extends GatehouseCommand<typeof AdminUsersList> {
  static override readonly commandTool = 'reads';
  static override summary = 'List users, newest first.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --role admin --json',
    '<%= config.bin %> <%= command.id %> --department finance --status suspended',
  ];
  static override flags = {
    role: Flags.option({ options: ROLES, description: 'Of this role.' })(),
    status: Flags.option({
      options: USER_STATUSES,
      description: 'Of this status; all but deleted without it.',
    })(),
    department: Flags.string({ description: 'Of this department.' }),
    limit: Flags.integer({ default: 50, min: 1, max: 200, description: 'Users at most.' }),
    cursor: Flags.string({ description: 'The next_cursor of the page before.' }),
  };

  protected override async report(): Promise<Report> {
    const operator = await this.operator('users:read');
    const { role, status, department, limit, cursor } = this.flags;
    const page = await operator.get(Users).list({ limit, ...given({ role, status, department, cursor }) });
    return tableReport({
      title: 'Users',
      key: 'users',
      columns: USER_COLUMNS,
      rows: page.items.map(userData),
      more: { next_cursor: page.nextCursor },
    });
  }
}
