import { Flags } from '@oclif/core';
import { beginReport } from '../../../../audit/proof/begin-report.ts';
import { GatehouseCommand } from '../../../../gatehouse-command.ts';
import type { Report } from '../../../../report/report.ts';

export default class InfraLogsAuditBegin extends GatehouseCommand<typeof InfraLogsAuditBegin> {
  static override summary =
    'Begin a new log in place of one that cannot go on, as after the database was restored from a backup.';
  static override description =
    'The signer refuses a database that lacks what it signed. This takes what the database has as the beginning of a new log under a new name, on record with your reason, and signs all of it. Keys and checkpoints of the log before are kept; every verifier names the break, and how many seals are lost, and asks to have it accepted. Refused while the signer goes on.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> --reason "restored from the backup of 20 November"',
    '<%= config.bin %> <%= command.id %> --reason "disk lost; case 4711" --yes --json',
  ];
  static override flags = {
    reason: Flags.string({ description: 'Why the log cannot go on.', required: true }),
    yes: Flags.boolean({ char: 'y', description: 'Do not ask.' }),
  };

  protected override async report(): Promise<Report> {
    const operator = await this.operator('audit:keys');
    await this.destroys('Break the audit log off here, and begin a new one?', this.flags.yes);
    return beginReport(operator, this.flags.reason);
  }
}
