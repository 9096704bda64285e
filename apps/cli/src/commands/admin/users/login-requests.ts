import { LoginLinks } from '@gatehouse/identity';
import { GatehouseCommand } from '../../../gatehouse-command.ts';
import { type Report, tableReport } from '../../../report/report.ts';

export default class AdminUsersLoginRequests extends GatehouseCommand<typeof AdminUsersLoginRequests> {
  static override readonly commandTool = 'reads';
  static override summary = 'List users who asked for a login link at the login page and got none yet.';
  static override description = 'gatehouse admin users login-link makes one.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --json',
  ];

  protected override async report(): Promise<Report> {
    const operator = await this.operator('users:read');
    const requests = await operator.get(LoginLinks).requests();
    return tableReport({
      title: 'Login requests',
      key: 'login_requests',
      columns: ['user_id', 'requested_at'],
      rows: requests.map(({ userId, requestedAt }) => ({
        user_id: userId,
        requested_at: requestedAt.toISOString(),
      })),
      more: { total: requests.length },
      empty: 'Nobody asked.',
    });
  }
}
