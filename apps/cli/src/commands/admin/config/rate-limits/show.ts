import { GatehouseCommand } from '../../../../gatehouse-command.ts';
import { rateLimitData } from '../../../../rate-limits/rate-limit-data.ts';
import { cardReport, type Report } from '../../../../report/report.ts';

export default class AdminConfigRateLimitsShow extends GatehouseCommand<typeof AdminConfigRateLimitsShow> {
  static override summary =
    'Show how many tool calls a minute a session and a user have, before multipliers.';
  static override examples = ['<%= config.bin %> <%= command.id %>'];

  protected override async report(): Promise<Report> {
    const { base, roles } = rateLimitData(await this.configuration());
    const multipliers = Object.fromEntries(roles.map(({ role, multiplier }) => [role, multiplier]));
    return cardReport('Rate limits', { ...base, multipliers });
  }
}
