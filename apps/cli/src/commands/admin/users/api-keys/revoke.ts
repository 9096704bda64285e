import { ApiKeys } from '@gatehouse/identity';
import { Args, Flags } from '@oclif/core';
import { apiKeyData } from '../../../../api-keys/api-key-data.ts';
import { ownKey } from '../../../../api-keys/own-key.ts';
import { GatehouseCommand } from '../../../../gatehouse-command.ts';
import { cardReport, type Report } from '../../../../report/report.ts';

export default class AdminUsersApiKeysRevoke extends GatehouseCommand<typeof AdminUsersApiKeysRevoke> {
  static override summary = 'Revoke an API key; it is refused within a second, everywhere.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> 019a9f5c-8f5e-7cc2-a5f1-0b3f6a1d2c4e --yes',
  ];
  static override args = { key: Args.string({ required: true, description: "The key's id." }) };
  static override flags = { yes: Flags.boolean({ char: 'y', description: 'Do not ask.' }) };

  protected override async report(): Promise<Report> {
    const operator = await this.operator('api-keys:write:self');
    const { id, name } = await ownKey(operator, this.args.key);
    await this.confirmed(`Revoke the key "${name}"?`, this.flags.yes);
    return cardReport(
      'API key revoked',
      apiKeyData(await operator.get(ApiKeys).revoke(id, { actor: operator.context })),
    );
  }
}
