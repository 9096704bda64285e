import { Registrations } from '@gatehouse/identity';
import { Args } from '@oclif/core';
import { GatehouseCommand } from '../../../../gatehouse-command.ts';
import { cardReport, type Report } from '../../../../report/report.ts';

export default class AdminUsersRegistrationsRefuse extends GatehouseCommand<
  typeof AdminUsersRegistrationsRefuse
> {
  static override summary = 'Refuse somebody who asked for an account; they are told nothing.';
  static override examples = ['<%= config.bin %> <%= command.id %> 01a2056e-50a8-7000-8000-000500000001'];
  static override args = {
    registration: Args.string({ required: true, description: 'An id of admin users registrations list.' }),
  };

  protected override async report(): Promise<Report> {
    const operator = await this.operator('users:write');
    await operator.get(Registrations).refuse(this.args.registration, operator.context);
    return cardReport('Registration', { id: this.args.registration, refused: true });
  }
}
