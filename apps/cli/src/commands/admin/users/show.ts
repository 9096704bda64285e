import { Users } from '@gatehouse/identity';
import { Args } from '@oclif/core';
import { GatehouseCommand } from '../../../gatehouse-command.ts';
import { cardReport, type Report } from '../../../report/report.ts';
import { userData } from '../../../users/user-data.ts';

export default class AdminUsersShow extends GatehouseCommand<typeof AdminUsersShow> {
  static override readonly commandTool = 'reads';
  static override summary = 'Show a user.';
  static override examples = ['<%= config.bin %> <%= command.id %> maya@example.test'];
  static override args = {
    user: Args.string({ required: true, description: 'A user id or e-mail address.' }),
  };

  protected override async report(): Promise<Report> {
    const operator = await this.operator('users:read');
    return cardReport('User', userData(await operator.get(Users).get(this.args.user)));
  }
}
