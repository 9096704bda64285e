import { SecretStore } from '@gatehouse/secrets';
import { Args, Flags } from '@oclif/core';
import { GatehouseCommand } from '../../../gatehouse-command.ts';
import { cardReport, type Report } from '../../../report/report.ts';

export default class CloudSecretsUnset extends GatehouseCommand<typeof CloudSecretsUnset> {
  static override summary = 'Take a secret out of the store.';
  static override description =
    'Its sealed value is destroyed; it stays listed, and is still looked for in calls and logs, until ' +
    '--revoked-upstream says that whoever has it can do nothing with it.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> GITHUB_TOKEN',
    '<%= config.bin %> <%= command.id %> GITHUB_TOKEN --revoked-upstream',
  ];
  static override args = {
    name: Args.string({ required: true, description: 'Of a secret.' }),
  };
  static override flags = {
    'revoked-upstream': Flags.boolean({
      description: 'Its old values are worthless: stop listing and looking for them.',
    }),
    yes: Flags.boolean({ description: 'Do not ask.' }),
  };

  protected override async report(): Promise<Report> {
    const operator = await this.operator('secrets:write');
    const store = operator.get(SecretStore);
    const { name } = this.args;
    if (this.flags['revoked-upstream']) {
      const versions = await store.revokedUpstream(name, operator.context);
      return cardReport('Revoked upstream', { name, versions });
    }
    await this.destroys(`Destroy secret ${name}?`, this.flags.yes);
    await store.unset(name, operator.context);
    return cardReport('Secret unset', { name, next: 'revoke it upstream, then: --revoked-upstream' });
  }
}
