import { SecretStore } from '@gatehouse/secrets';
import { Args, Flags } from '@oclif/core';
import { cardReport, type Report } from '../../../report/report.ts';
import { versionData } from '../../../secrets/secret-data.ts';
import { secretValue } from '../../../secrets/secret-value.ts';
import { ValueCommand } from '../../../secrets/value-command.ts';

export default class CloudSecretsRotate extends ValueCommand<typeof CloudSecretsRotate> {
  static override readonly commandTool = 'never';
  static override summary = 'Give a secret a new value.';
  static override description =
    'As `cloud secrets set`, for a secret that is set already. The old value is destroyed here, and still looked for in ' +
    'calls and logs until `cloud secrets unset NAME --revoked-upstream` says that it is worthless.';
  static override examples = ['<%= config.bin %> <%= command.id %> GITHUB_TOKEN < new-token.txt'];
  static override args = {
    name: Args.string({ required: true, description: 'Of a secret that is set.' }),
  };
  static override flags = {
    'no-redact': Flags.boolean({
      description: 'Take a value under 12 bytes or 48 bits, which is then redacted nowhere.',
    }),
  };

  protected override async report(): Promise<Report> {
    const operator = await this.operator('secrets:write');
    const value = await secretValue(this.interactive);
    const acceptUnredacted = this.flags['no-redact'];
    const version = await operator
      .get(SecretStore)
      .set({ name: this.args.name, value, acceptUnredacted, replace: true }, operator.context);
    return cardReport('Secret rotated', versionData(version));
  }
}
