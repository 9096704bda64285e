import { Flags } from '@oclif/core';
import { rotateKey } from '../../../../../audit/proof/key-report.ts';
import { GatehouseCommand } from '../../../../../gatehouse-command.ts';
import type { Report } from '../../../../../report/report.ts';

export default class InfraLogsAuditKeysRotate extends GatehouseCommand<typeof InfraLogsAuditKeysRotate> {
  static override summary =
    'Make a new signing key; the one before vouches for it, and its public half is kept.';
  static override description =
    'The private half of the one before is gone afterwards. A running server goes on with the new key at once.';
  static override examples = ['<%= config.bin %> <%= command.id %> --yes'];
  static override flags = { yes: Flags.boolean({ char: 'y', description: 'Do not ask.' }) };

  protected override async report(): Promise<Report> {
    const operator = await this.operator('audit:keys');
    await this.confirmed('Replace the key that signs the audit log?', this.flags.yes);
    return rotateKey(operator);
  }
}
