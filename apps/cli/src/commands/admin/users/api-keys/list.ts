import { ApiKeys, Users } from '@gatehouse/identity';
import { given } from '@gatehouse/kernel';
import { Flags } from '@oclif/core';
import { API_KEY_COLUMNS, apiKeyData } from '../../../../api-keys/api-key-data.ts';
import { GatehouseCommand } from '../../../../gatehouse-command.ts';
import { type Report, tableReport } from '../../../../report/report.ts';

export default class AdminUsersApiKeysList extends GatehouseCommand<typeof AdminUsersApiKeysList> {
  static override readonly commandTool = 'reads';
  static override summary =
    "List API keys by how they begin: your own, or everybody's where your role permits it.";
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --user maya@example.test --all',
  ];
  static override flags = {
    user: Flags.string({ description: "One user's, by id or e-mail address." }),
    all: Flags.boolean({ description: 'Ended ones too.' }),
  };

  protected override async report(): Promise<Report> {
    const operator = await this.operator('api-keys:read:self');
    const { user, all } = this.flags;
    const owner = user === undefined ? undefined : await operator.get(Users).get(user);
    if (owner !== undefined && owner.id !== operator.user.id) operator.require('api-keys:read:all');
    const userId = owner?.id ?? (operator.may('api-keys:read:all') ? undefined : operator.user.id);
    const keys = await operator.get(ApiKeys).list(given({ userId, live: all ? undefined : true }));
    return tableReport({
      title: 'API keys',
      key: 'api_keys',
      columns: API_KEY_COLUMNS,
      rows: keys.map((key) => apiKeyData(key)),
    });
  }
}
