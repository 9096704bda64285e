import { Users } from '@gatehouse/identity';
import { given, ROLES } from '@gatehouse/kernel';
import { Flags } from '@oclif/core';
import { GatehouseCommand } from '../../../gatehouse-command.ts';
import { cardReport, type Report } from '../../../report/report.ts';
import { userData } from '../../../users/user-data.ts';

export default class AdminUsersCreate extends GatehouseCommand<typeof AdminUsersCreate> {
  static override summary = 'Create a user.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> --email ana@example.test --name "Ana Silva" --department finance',
    '<%= config.bin %> <%= command.id %> --email builder@example.test --role service',
  ];
  static override flags = {
    email: Flags.string({ required: true, description: 'Their e-mail address, by which they log in.' }),
    name: Flags.string({ description: 'Their name; the part before the @ where it is left out.' }),
    role: Flags.option({ options: ROLES, default: 'user' as const, description: 'Their role.' })(),
    department: Flags.string({ description: 'Their department.' }),
  };

  protected override async report(): Promise<Report> {
    const operator = await this.operator('users:write');
    const { email, name, role, department } = this.flags;
    if (role !== 'user') operator.require('users:role');
    const user = await operator
      .get(Users)
      .create({ email, role, ...given({ displayName: name, department }) }, operator.context);
    return cardReport('User created', userData(user));
  }
}
