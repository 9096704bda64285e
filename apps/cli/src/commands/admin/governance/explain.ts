import { CallExplainer, clientToolCall } from '@gatehouse/governance';
import { Users } from '@gatehouse/identity';
import { Flags } from '@oclif/core';
import { GatehouseCommand } from '../../../gatehouse-command.ts';
import { explanationReport } from '../../../governance/explanation-report.ts';
import { toolArguments } from '../../../mcp/tool-arguments.ts';
import type { Report } from '../../../report/report.ts';
import { operatorTrace } from '../../../session/operator-trace.ts';

export default class AdminGovernanceExplain extends GatehouseCommand<typeof AdminGovernanceExplain> {
  static override readonly commandTool = 'reads';
  static override summary =
    'Say what would be decided of a tool call, what each check sees, and which line decides.';
  static override description =
    'Nothing is called, decided or counted; that it was asked is a row of the audit log. Exits 0 when the call would be allowed, 1 when denied.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> --tool Bash --input \'{"command": "rm -rf ~"}\' --as maya@example.test',
    '<%= config.bin %> <%= command.id %> --tool mcp__filesystem__read_text_file --input - --as maya@example.test < arguments.json',
  ];
  static override flags = {
    tool: Flags.string({
      required: true,
      description: 'The tool as clients name it: Bash, mcp__<server>__<tool>.',
    }),
    input: Flags.string({
      default: '{}',
      description: 'The arguments as a JSON object; - reads standard input.',
    }),
    as: Flags.string({ required: true, description: 'Whose call: a user id or e-mail address.' }),
    cwd: Flags.string({ description: 'The working folder of the client, absolute.' }),
  };

  protected override async report(): Promise<Report> {
    const { tool, input, as, cwd = null } = this.flags;
    const call = clientToolCall(tool, await toolArguments(input, '--input'), cwd);
    const operator = await this.operator('governance:explain');
    const user = await operator.get(Users).get(as);
    const trace = { operator: operatorTrace() };
    const explained = await operator.get(CallExplainer).explain({ call, user }, operator.context, trace);
    return explanationReport(explained);
  }
}
