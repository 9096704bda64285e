import { IpBans } from '@gatehouse/identity';
import { Args, Flags } from '@oclif/core';
import { banData } from '../../../../bans/ban-data.ts';
import { GatehouseCommand } from '../../../../gatehouse-command.ts';
import { cardReport, type Report } from '../../../../report/report.ts';

export default class AdminUsersBansRemove extends GatehouseCommand<typeof AdminUsersBansRemove> {
  static override summary = 'Lift a ban.';
  static override examples = ['<%= config.bin %> <%= command.id %> 203.0.113.7 --yes'];
  static override args = {
    ban: Args.string({ required: true, description: "The ban's id, or its address or network." }),
  };
  static override flags = { yes: Flags.boolean({ char: 'y', description: 'Do not ask.' }) };

  protected override async report(): Promise<Report> {
    const operator = await this.operator('bans:write');
    await this.confirmed(`Lift the ban of ${this.args.ban}?`, this.flags.yes);
    const ban = await operator.get(IpBans).lift(this.args.ban, operator.context);
    return cardReport('Ban lifted', { removed: true, ...banData(ban) });
  }
}
