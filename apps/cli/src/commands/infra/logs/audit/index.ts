import { AuditReader } from '@gatehouse/audit';
import { Args, Flags } from '@oclif/core';
import { auditReport } from '../../../../audit/audit-report.ts';
import { visibilityOf } from '../../../../audit/list-audit.ts';
import { cliError } from '../../../../errors/cli-error.ts';
import { GatehouseCommand } from '../../../../gatehouse-command.ts';
import type { Report } from '../../../../report/report.ts';

export default class InfraLogsAudit extends GatehouseCommand<typeof InfraLogsAudit> {
  static override summary = 'Show everything the audit log holds under a row, task or trace id.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> 4bf92f3577b34da6a3ce929d0e0e4736',
    '<%= config.bin %> <%= command.id %> 4bf92f3577b34da6a3ce929d0e0e4736 --full',
    '<%= config.bin %> <%= command.id %> 4bf92f3577b34da6a3ce929d0e0e4736 --json --full',
  ];
  static override args = { id: Args.string({ required: true, description: 'A row, task or trace id.' }) };
  static override flags = {
    full: Flags.boolean({
      description: 'With all ids, what was sent and what came back, redacted as stored.',
    }),
  };

  protected override async report(): Promise<Report> {
    const operator = await this.operator('audit:read:self');
    const rows = await operator.get(AuditReader).trace(this.args.id, visibilityOf(operator));
    if (rows.length === 0) throw cliError('CLI_AUDIT_UNKNOWN');
    return auditReport(this.args.id, rows, this.flags.full);
  }
}
