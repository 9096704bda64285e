import { Users } from '@gatehouse/identity';
import { given } from '@gatehouse/kernel';
import { Args, Flags } from '@oclif/core';
import { GatehouseCommand } from '../../../gatehouse-command.ts';
import { cardReport, type Report } from '../../../report/report.ts';
import { userData } from '../../../users/user-data.ts';

export default class AdminUsersUpdate extends GatehouseCommand<typeof AdminUsersUpdate> {
  static override summary = "Change a user's e-mail address or name.";
  static override examples = [
    '<%= config.bin %> <%= command.id %> maya@example.test --name "Maya Lind"',
    '<%= config.bin %> <%= command.id %> maya@example.test --email maya.lind@example.test',
  ];
  static override args = {
    user: Args.string({ required: true, description: 'A user id or e-mail address.' }),
  };
  static override flags = {
    email: Flags.string({ description: 'The new address; sessions go on.' }),
    name: Flags.string({ description: 'The new name.' }),
  };

  protected override async report(): Promise<Report> {
    const operator = await this.operator('users:write');
    const { email, name } = this.flags;
    const details = given({ email, displayName: name });
    const user = await operator.get(Users).update(this.args.user, details, operator.context);
    return cardReport('User changed', userData(user));
  }
}
