import { ApiKeys } from '@gatehouse/identity';
import { Args } from '@oclif/core';
import { apiKeyData } from '../../../../api-keys/api-key-data.ts';
import { ownKey } from '../../../../api-keys/own-key.ts';
import { GatehouseCommand } from '../../../../gatehouse-command.ts';
import { cardReport, type Report } from '../../../../report/report.ts';

export default class AdminUsersApiKeysRotate extends GatehouseCommand<typeof AdminUsersApiKeysRotate> {
  static override readonly commandTool = 'never';
  static override summary = 'Replace an API key by a new one, with its scopes and the rest of its time.';
  static override examples = ['<%= config.bin %> <%= command.id %> 019a9f5c-8f5e-7cc2-a5f1-0b3f6a1d2c4e'];
  static override args = { key: Args.string({ required: true, description: "The key's id." }) };

  protected override async report(): Promise<Report> {
    const operator = await this.operator('api-keys:write:self');
    const { id } = await ownKey(operator, this.args.key);
    const { key, text } = await operator.get(ApiKeys).rotate(id, { actor: operator.context });
    return cardReport('API key', { key: text.reveal(), ...apiKeyData(key), replaces: id });
  }
}
