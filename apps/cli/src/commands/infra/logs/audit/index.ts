import { Args, Flags } from '@oclif/core';
import { showTrace } from '../../../../audit/show-trace.ts';
import { GatehouseCommand } from '../../../../gatehouse-command.ts';
import type { Report } from '../../../../report/report.ts';

export default class InfraLogsAudit extends GatehouseCommand<typeof InfraLogsAudit> {
  static override summary = 'Show everything the audit log holds under a row, task or trace id.';
  static override description =
    'What others sent and got back is withheld; with audit:reveal a reason shows it, and is itself a row.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> 4bf92f3577b34da6a3ce929d0e0e4736',
    '<%= config.bin %> <%= command.id %> 4bf92f3577b34da6a3ce929d0e0e4736 --full',
    '<%= config.bin %> <%= command.id %> 4bf92f3577b34da6a3ce929d0e0e4736 --json --full',
    '<%= config.bin %> <%= command.id %> 4bf92f3577b34da6a3ce929d0e0e4736 --full --reason "incident 4711"',
  ];
  static override args = { id: Args.string({ required: true, description: 'A row, task or trace id.' }) };
  static override flags = {
    full: Flags.boolean({
      description: 'With all ids, what was sent and what came back, redacted as stored.',
    }),
    reason: Flags.string({ description: "Why others' content is needed.", dependsOn: ['full'] }),
  };

  protected override async report(): Promise<Report> {
    const { full, reason } = this.flags;
    const operator = await this.operator(reason === undefined ? 'audit:read:self' : 'audit:reveal');
    operator.require('audit:read:self');
    return showTrace(operator, this.args.id, { full, reason });
  }
}
