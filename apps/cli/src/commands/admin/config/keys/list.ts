import { SigningKeys } from '@gatehouse/oauth';
import { GatehouseCommand } from '../../../../gatehouse-command.ts';
import { signingKeysReport } from '../../../../keys/signing-key-report.ts';
import type { Report } from '../../../../report/report.ts';

export default class AdminConfigKeysList extends GatehouseCommand<typeof AdminConfigKeysList> {
  static override summary =
    'List the keys of ID tokens: the one that signs, the next one, and those that are still published.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --json',
  ];

  protected override async report(): Promise<Report> {
    const operator = await this.operator('config:read');
    return signingKeysReport('Keys of ID tokens', operator.get(SigningKeys).list(Date.now()));
  }
}
