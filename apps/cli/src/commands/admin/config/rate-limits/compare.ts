import { GatehouseCommand } from '../../../../gatehouse-command.ts';
import { rateLimitData } from '../../../../rate-limits/rate-limit-data.ts';
import { type Report, tableReport } from '../../../../report/report.ts';

export default class AdminConfigRateLimitsCompare extends GatehouseCommand<
  typeof AdminConfigRateLimitsCompare
> {
  static override summary = 'Compare the roles: tool calls a minute for each session and for each user.';
  static override examples = ['<%= config.bin %> <%= command.id %>'];

  protected override async report(): Promise<Report> {
    const { base, roles } = rateLimitData(await this.configuration());
    return tableReport({
      title: 'Rate limits by role',
      key: 'roles',
      columns: ['role', 'multiplier', 'session_per_minute', 'user_per_minute'],
      rows: roles,
      more: { base },
    });
  }
}
