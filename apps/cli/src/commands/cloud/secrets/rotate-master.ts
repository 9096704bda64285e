import { SecretStore } from '@gatehouse/secrets';
import { Flags } from '@oclif/core';
import { GatehouseCommand } from '../../../gatehouse-command.ts';
import { cardReport, type Report } from '../../../report/report.ts';

export default class CloudSecretsRotateMaster extends GatehouseCommand<typeof CloudSecretsRotateMaster> {
  static override readonly commandTool = 'never';
  static override summary = 'Replace the key pair that secrets are sealed for.';
  static override description =
    'Makes a new key pair, wraps the data key of every secret for it, and destroys the old private key. Killed ' +
    'half-way it has lost nothing: run it again. Backups of the database from before need the old key: keep a copy of ' +
    'it with them.';
  static override examples = ['<%= config.bin %> <%= command.id %> --yes'];
  static override flags = { yes: Flags.boolean({ description: 'Do not ask.' }) };

  protected override async report(): Promise<Report> {
    const operator = await this.operator('secrets:write');
    await this.destroys('Replace the key pair and destroy the old private key?', this.flags.yes);
    const { keyId, secrets } = await operator.get(SecretStore).rotateMaster(operator.context);
    return cardReport('Master key rotated', { key_id: keyId, secrets });
  }
}
