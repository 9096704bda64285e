import { Users } from '@gatehouse/identity';
import { Args } from '@oclif/core';
import { GatehouseCommand } from '../../../gatehouse-command.ts';
import { cardReport, type Report } from '../../../report/report.ts';
import { userData } from '../../../users/user-data.ts';

export default class AdminUsersReactivate extends GatehouseCommand<typeof AdminUsersReactivate> {
  static override summary = 'Make a suspended user active again; they log in anew.';
  static override examples = ['<%= config.bin %> <%= command.id %> jon@example.test'];
  static override args = {
    user: Args.string({ required: true, description: 'A user id or e-mail address.' }),
  };

  protected override async report(): Promise<Report> {
    const operator = await this.operator('users:write');
    const user = await operator.get(Users).reactivate(this.args.user, operator.context);
    return cardReport('User reactivated', userData(user));
  }
}
