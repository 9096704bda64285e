import { API_KEY_LIMITS, ApiKeys, Users } from '@gatehouse/identity';
import { Flags } from '@oclif/core';
import { apiKeyData } from '../../../../api-keys/api-key-data.ts';
import { GatehouseCommand } from '../../../../gatehouse-command.ts';
import { cardReport, type Report } from '../../../../report/report.ts';

export default class AdminUsersApiKeysCreate extends GatehouseCommand<typeof AdminUsersApiKeysCreate> {
  static override readonly commandTool = 'never';
  static override summary = 'Make an API key, for yourself or another user. It is shown this once.';
  static override description =
    'A scope is api (whatever the user may do there), hooks, mcp:<server>, or a single permission of roles.yaml such as audit:read:self. A key never does more than its user may.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> --name "Nightly build" --scope mcp:filesystem',
    '<%= config.bin %> <%= command.id %> --user builder@example.test --name CI --scope audit:read:self --days 30',
  ];
  static override flags = {
    user: Flags.string({ description: 'Whose key it is, by id or e-mail address; yours without it.' }),
    name: Flags.string({ required: true, description: 'What it is for.' }),
    scope: Flags.string({
      required: true,
      multiple: true,
      description: 'What it is good for; more than once.',
    }),
    days: Flags.integer({
      default: API_KEY_LIMITS.defaultDays,
      min: 1,
      max: API_KEY_LIMITS.maxDays,
      description: 'How long it lasts.',
    }),
  };

  protected override async report(): Promise<Report> {
    const operator = await this.operator('api-keys:write:self');
    const { user, name, scope: scopes, days } = this.flags;
    const owner = user === undefined ? operator.user : await operator.get(Users).get(user);
    if (owner.id !== operator.user.id) operator.require('api-keys:write:all');
    const wanted = { userId: owner.id, name, scopes, days, actor: operator.context };
    const { key, text } = await operator.get(ApiKeys).issue(wanted);
    return cardReport('API key', { key: text.reveal(), ...apiKeyData(key) });
  }
}
