import { Registrations } from '@gatehouse/identity';
import { given } from '@gatehouse/kernel';
import { Args, Flags } from '@oclif/core';
import { GatehouseCommand } from '../../../../gatehouse-command.ts';
import { cardReport, type Report } from '../../../../report/report.ts';
import { userData } from '../../../../users/user-data.ts';

export default class AdminUsersRegistrationsAdmit extends GatehouseCommand<
  typeof AdminUsersRegistrationsAdmit
> {
  static override summary = 'Make the account of somebody who asked for one.';
  static override description =
    'Of role user. Hand them a link by which they log in: gatehouse admin users login-link.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> 01a2056e-50a8-7000-8000-000500000001',
    '<%= config.bin %> <%= command.id %> 01a2056e-50a8-7000-8000-000500000001 --department finance',
  ];
  static override args = {
    registration: Args.string({ required: true, description: 'An id of admin users registrations list.' }),
  };
  static override flags = { department: Flags.string({ description: 'The department they belong to.' }) };

  protected override async report(): Promise<Report> {
    const operator = await this.operator('users:write');
    const { department } = this.flags;
    const options = { ...given({ department }), actor: operator.context };
    const user = await operator.get(Registrations).admit(this.args.registration, options);
    return cardReport('User', userData(user));
  }
}
