import { Users } from '@gatehouse/identity';
import { ROLES } from '@gatehouse/kernel';
import { Args } from '@oclif/core';
import { GatehouseCommand } from '../../../../gatehouse-command.ts';
import { cardReport, type Report } from '../../../../report/report.ts';
import { userData } from '../../../../users/user-data.ts';

export default class AdminUsersRoleSet extends GatehouseCommand<typeof AdminUsersRoleSet> {
  static override summary = "Set a user's role; their sessions end.";
  static override examples = ['<%= config.bin %> <%= command.id %> maya@example.test admin'];
  static override args = {
    user: Args.string({ required: true, description: 'A user id or e-mail address.' }),
    role: Args.string({ required: true, options: [...ROLES], description: 'The new role.' }),
  };

  protected override async report(): Promise<Report> {
    const operator = await this.operator('users:role');
    const user = await operator.get(Users).setRole(this.args.user, this.args.role, operator.context);
    return cardReport('Role set', userData(user));
  }
}
