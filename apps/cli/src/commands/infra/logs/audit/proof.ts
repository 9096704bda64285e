import { Args, Flags } from '@oclif/core';
import { proofReport } from '../../../../audit/proof/proof-report.ts';
import { GatehouseCommand } from '../../../../gatehouse-command.ts';
import type { Report } from '../../../../report/report.ts';

export default class InfraLogsAuditProof extends GatehouseCommand<typeof InfraLogsAuditProof> {
  static override summary = 'Prove that one row is in the signed tree, without showing any other.';
  static override description =
    'The row without its content, its way to its seal, the way of the seal to the tree, and the signed checkpoint. `verify.mjs --proof` takes the JSON.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> 01a21da7-43e3-7000-8000-000400000001 --output row.proof.json',
    '<%= config.bin %> <%= command.id %> 01a21da7-43e3-7000-8000-000400000001 --from 4711 --json',
  ];
  static override args = { row: Args.string({ required: true, description: 'The id of a row.' }) };
  static override flags = {
    from: Flags.integer({
      description: 'Prove besides that the tree extends an older one of so many seals.',
      min: 1,
    }),
    output: Flags.string({ description: 'Write the proof to a new file.', helpValue: 'FILE' }),
  };

  protected override async report(): Promise<Report> {
    const operator = await this.operator('audit:read:all');
    const { from, output } = this.flags;
    return proofReport(operator, { row: this.args.row, from, output });
  }
}
