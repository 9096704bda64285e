import { SecretStore } from '@gatehouse/secrets';
import { Args } from '@oclif/core';
import { GatehouseCommand } from '../../../gatehouse-command.ts';
import { type Report, tableReport } from '../../../report/report.ts';
import { versionData } from '../../../secrets/secret-data.ts';

export default class CloudSecretsHistory extends GatehouseCommand<typeof CloudSecretsHistory> {
  static override readonly commandTool = 'reads';
  static override summary = 'Show every version that a secret has had. Never a value.';
  static override description =
    'Who used which secret when is in the audit log: infra db query "select occurred_at, user_id, evaluation from audit_log where event = \'secret.opened\'".';
  static override examples = ['<%= config.bin %> <%= command.id %> GITHUB_TOKEN'];
  static override args = {
    name: Args.string({ description: 'Of one secret; all without it.' }),
  };

  protected override async report(): Promise<Report> {
    const operator = await this.operator('secrets:read');
    const versions = await operator.get(SecretStore).list(this.args.name);
    return tableReport({
      title: 'Versions of secrets',
      key: 'versions',
      columns: [
        'name',
        'version',
        'state',
        'set_at',
        'set_by',
        'ended_at',
        'revoked_upstream_at',
        'last_used_at',
      ],
      rows: versions.map(versionData),
    });
  }
}
