import { Registrations } from '@gatehouse/identity';
import { GatehouseCommand } from '../../../../gatehouse-command.ts';
import { type Report, tableReport } from '../../../../report/report.ts';

export default class AdminUsersRegistrationsList extends GatehouseCommand<
  typeof AdminUsersRegistrationsList
> {
  static override readonly commandTool = 'reads';
  static override summary = 'List who asked for an account at the login page and waits.';
  static override description =
    'Registration is closed, unless settings.registration of services/config/config.yaml names e-mail domains.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --json',
  ];

  protected override async report(): Promise<Report> {
    const operator = await this.operator('users:read');
    const waiting = await operator.get(Registrations).list();
    return tableReport({
      title: 'Registrations',
      key: 'registrations',
      columns: ['id', 'email', 'requested_at'],
      rows: waiting.map(({ id, email, requestedAt }) => ({
        id,
        email,
        requested_at: requestedAt.toISOString(),
      })),
      more: { total: waiting.length },
      empty: 'Nobody waits.',
    });
  }
}
