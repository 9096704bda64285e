import { Consents } from '@gatehouse/oauth';
import { Args, Flags } from '@oclif/core';
import { consentData } from '../../../../clients/consent-data.ts';
import { GatehouseCommand } from '../../../../gatehouse-command.ts';
import { cardReport, type Report } from '../../../../report/report.ts';

export default class AdminClientsConsentsWithdraw extends GatehouseCommand<
  typeof AdminClientsConsentsWithdraw
> {
  static override summary = 'Withdraw a consent: the person is asked again, and what came of it ends.';
  static override examples = ['<%= config.bin %> <%= command.id %> 4f1c2a9be07d4c5c8a3b6d2e9f011223 --yes'];
  static override args = { consent: Args.string({ required: true, description: 'Its id.' }) };
  static override flags = { yes: Flags.boolean({ char: 'y', description: 'Do not ask.' }) };

  protected override async report(): Promise<Report> {
    const operator = await this.operator('sessions:write:self');
    const consents = operator.get(Consents);
    const { userId } = await consents.get(this.args.consent);
    if (userId !== operator.user.id) await this.needs(operator, 'sessions:write:all');
    await this.confirmed('Withdraw the consent and end what the program holds of it?', this.flags.yes);
    const withdrawn = await consents.withdraw(this.args.consent, operator.context);
    return cardReport('Consent withdrawn', consentData(withdrawn));
  }
}
