import { UserCountsReader } from '@gatehouse/identity';
import { GatehouseCommand } from '../../../gatehouse-command.ts';
import { cardReport, type Report } from '../../../report/report.ts';

export default class AdminUsersStats extends GatehouseCommand<typeof AdminUsersStats> {
  static override readonly commandTool = 'reads';
  static override summary = 'Show how many users there are, of which kinds, and since when.';
  static override examples = ['<%= config.bin %> <%= command.id %>'];

  protected override async report(): Promise<Report> {
    const operator = await this.operator('users:read');
    const counts = await operator.get(UserCountsReader).read();
    return cardReport('Users', {
      total: counts.total,
      created_24h: counts.createdWithin24h,
      created_7d: counts.createdWithin7d,
      created_30d: counts.createdWithin30d,
      active: counts.byStatus.active ?? 0,
      suspended: counts.byStatus.suspended ?? 0,
      admins: counts.byRole.admin ?? 0,
      oldest_user: counts.oldest?.toISOString() ?? null,
      newest_user: counts.newest?.toISOString() ?? null,
    });
  }
}
