import { SecretStore } from '@gatehouse/secrets';
import { Args, Flags } from '@oclif/core';
import { cardReport, type Report } from '../../../report/report.ts';
import { versionData } from '../../../secrets/secret-data.ts';
import { secretValue } from '../../../secrets/secret-value.ts';
import { ValueCommand } from '../../../secrets/value-command.ts';

export default class CloudSecretsSet extends ValueCommand<typeof CloudSecretsSet> {
  static override readonly commandTool = 'never';
  static override summary = 'Put a secret into the sealed store.';
  static override description =
    'The value comes from standard input, or is typed at the terminal; it is never an argument. It is sealed here and ' +
    'opened only by the warden of an MCP server that lists it. Servers that list it receive it without a restart.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> GITHUB_TOKEN < token.txt',
    'printf %s "$TOKEN" | <%= config.bin %> <%= command.id %> GITHUB_TOKEN',
  ];
  static override args = {
    name: Args.string({ required: true, description: 'What it is called.' }),
  };
  static override flags = {
    'no-redact': Flags.boolean({
      description: 'Take a value under 12 bytes or 48 bits, which is then redacted nowhere.',
    }),
  };

  protected override async report(): Promise<Report> {
    const operator = await this.operator('secrets:write');
    const value = await secretValue(this.interactive);
    const version = await operator
      .get(SecretStore)
      .set({ name: this.args.name, value, acceptUnredacted: this.flags['no-redact'] }, operator.context);
    return cardReport('Secret set', versionData(version));
  }
}
