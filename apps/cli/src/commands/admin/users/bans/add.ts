import { IpBans } from '@gatehouse/identity';
import { Args, Flags } from '@oclif/core';
import { banData } from '../../../../bans/ban-data.ts';
import { banDuration } from '../../../../bans/ban-duration.ts';
import { GatehouseCommand } from '../../../../gatehouse-command.ts';
import { cardReport, type Report } from '../../../../report/report.ts';

export default class AdminUsersBansAdd extends GatehouseCommand<typeof AdminUsersBansAdd> {
  static override summary =
    'Ban an address or a network: nobody there is served, at any door, within a second.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> 203.0.113.7 --reason "credential stuffing"',
    '<%= config.bin %> <%= command.id %> 203.0.113.0/24 --reason "scanner" --permanent',
  ];
  static override args = {
    network: Args.string({ required: true, description: 'An address, or a network such as 203.0.113.0/24.' }),
  };
  static override flags = {
    reason: Flags.string({ required: true, description: 'Why.' }),
    duration: Flags.string({
      default: '7d',
      description: 'How long: 30s, 45m, 12h, 7d, 4w.',
      exclusive: ['permanent'],
    }),
    permanent: Flags.boolean({ description: 'Until it is lifted.' }),
  };

  protected override async report(): Promise<Report> {
    const operator = await this.operator('bans:write');
    const { reason, duration, permanent } = this.flags;
    const durationMs = permanent ? null : banDuration(duration);
    const wanted = { network: this.args.network, reason, durationMs, actor: operator.context };
    return cardReport('Banned', banData(await operator.get(IpBans).add(wanted)));
  }
}
