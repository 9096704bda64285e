import { Consents } from '@gatehouse/oauth';
import { Flags } from '@oclif/core';
import { CONSENT_COLUMNS, consentData } from '../../../../clients/consent-data.ts';
import { GatehouseCommand } from '../../../../gatehouse-command.ts';
import { type Report, tableReport } from '../../../../report/report.ts';

export default class AdminClientsConsentsList extends GatehouseCommand<typeof AdminClientsConsentsList> {
  static override summary = 'List consents that people need not give again.';
  static override description =
    'One’s own, and with sessions:read:all those of others. Only of programs that are known by a page of their own, and that take their answers at the same host.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --all --json',
  ];
  static override flags = { all: Flags.boolean({ description: 'Everybody’s.' }) };

  protected override async report(): Promise<Report> {
    const operator = await this.operator('sessions:read:self');
    if (this.flags.all) operator.require('sessions:read:all');
    const consents = await operator.get(Consents).list(this.flags.all ? undefined : operator.user.id);
    return tableReport({
      title: 'Consents',
      key: 'consents',
      columns: CONSENT_COLUMNS,
      rows: consents.map(consentData),
    });
  }
}
