import { Flags } from '@oclif/core';
import { verifyBundle, verifyDatabase } from '../../../../audit/proof/verify-audit.ts';
import { verifyReport } from '../../../../audit/proof/verify-report.ts';
import { GatehouseCommand } from '../../../../gatehouse-command.ts';
import type { Report } from '../../../../report/report.ts';

export default class InfraLogsAuditVerify extends GatehouseCommand<typeof InfraLogsAuditVerify> {
  static override summary = 'Verify rows, seals and signatures, of the database or of a bundle.';
  static override description =
    'Finds what was changed, removed, put in, exchanged or cut off, and names the first row or the gap. A bundle is verified without a database, on any machine. Without a checkpoint that an anchor kept, the end of the log is not provable, and the answer says so. Exits with 1 when something is wrong.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --checkpoint /mnt/vault/checkpoints.ndjson',
    '<%= config.bin %> <%= command.id %> --bundle audit.ndjson --key gatehouse.keys --checkpoint anchors.ndjson',
    '<%= config.bin %> <%= command.id %> --receipt answers.log',
  ];
  static override flags = {
    bundle: Flags.string({ description: 'A bundle, instead of the database.', helpValue: 'FILE' }),
    key: Flags.string({ description: 'Public keys that you trust, from `audit keys`.', helpValue: 'FILE' }),
    checkpoint: Flags.string({ description: 'What an anchor kept.', helpValue: 'FILE' }),
    receipt: Flags.string({
      description: 'What callers kept of their answers: each receipt has to hold.',
      helpValue: 'FILE',
    }),
    accept: Flags.string({
      description: 'A log of which you know that it was begun in place of another one.',
      helpValue: 'ORIGIN',
      multiple: true,
    }),
  };

  protected override async report(): Promise<Report> {
    const { bundle, key, checkpoint, receipt, accept = [] } = this.flags;
    const from = { key, checkpoint, receipt, accept };
    if (bundle !== undefined) return verifyReport(bundle, await verifyBundle(bundle, from));
    const operator = await this.operator('audit:read:all');
    return verifyReport('the audit log', await verifyDatabase(operator, from));
  }
}
