import { Flags } from '@oclif/core';
import { CALL_FLAGS, DECISION_FLAG } from '../../../../audit/call-flags.ts';
import { calls, callsReport } from '../../../../audit/call-reports.ts';
import { GatehouseCommand } from '../../../../gatehouse-command.ts';
import type { Report } from '../../../../report/report.ts';

export default class InfraLogsRequestList extends GatehouseCommand<typeof InfraLogsRequestList> {
  static override readonly commandTool = 'reads';
  static override summary = 'List governed calls, newest first: what was decided, and how each ended.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --kind model --since 24h',
    '<%= config.bin %> <%= command.id %> --user maya@example.test --decision deny --json',
  ];
  static override flags = {
    ...CALL_FLAGS,
    decision: DECISION_FLAG(),
    action: Flags.string({ description: 'Such as Bash or mcp__filesystem__read_file.' }),
    kind: Flags.option({
      description: 'Calls of tools, or of models.',
      options: ['tool', 'model'] as const,
    })(),
  };

  protected override async report(): Promise<Report> {
    const operator = await this.operator('audit:read:self');
    return callsReport('Requests', await calls(operator, this.flags));
  }
}
