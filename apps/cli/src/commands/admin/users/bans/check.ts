import { IpBans } from '@gatehouse/identity';
import { Args } from '@oclif/core';
import { banData } from '../../../../bans/ban-data.ts';
import { GatehouseCommand } from '../../../../gatehouse-command.ts';
import { cardReport, type Report } from '../../../../report/report.ts';

export default class AdminUsersBansCheck extends GatehouseCommand<typeof AdminUsersBansCheck> {
  static override readonly commandTool = 'reads';
  static override summary = 'Say whether an address is banned, and by which ban.';
  static override examples = ['<%= config.bin %> <%= command.id %> 203.0.113.7'];
  static override args = { address: Args.string({ required: true, description: 'An address.' }) };

  protected override async report(): Promise<Report> {
    const operator = await this.operator('bans:read');
    const bans = operator.get(IpBans);
    const found = await bans.find(this.args.address);
    const ban = found === null ? {} : banData(await bans.get(found));
    return cardReport('Ban', { address: this.args.address, banned: found !== null, ...ban });
  }
}
