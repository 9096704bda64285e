import { given } from '@gatehouse/kernel';
import { Flags } from '@oclif/core';
import { listAudit } from '../../../../audit/list-audit.ts';
import { pointInTime } from '../../../../audit/point-in-time.ts';
import { GatehouseCommand } from '../../../../gatehouse-command.ts';
import type { Report } from '../../../../report/report.ts';

export default class InfraLogsAuditList extends GatehouseCommand<typeof InfraLogsAuditList> {
  static override readonly commandTool = 'reads';
  static override summary = 'List audit rows, newest first.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> --decision deny --since 1h',
    '<%= config.bin %> <%= command.id %> --user maya@example.test --event tool_call.decided --limit 20',
    '<%= config.bin %> <%= command.id %> --policy secret_detected --json',
    '<%= config.bin %> <%= command.id %> --open --since 24h',
  ];
  static override flags = {
    event: Flags.string({ description: 'Such as tool_call.decided.' }),
    decision: Flags.option({ description: 'The decision.', options: ['allow', 'deny'] as const })(),
    policy: Flags.string({ description: 'The check that decided, such as secret_detected.' }),
    user: Flags.string({ description: 'A user id or e-mail address.' }),
    session: Flags.string({ description: 'A session id.' }),
    trace: Flags.string({ description: 'A trace id.' }),
    task: Flags.string({ description: 'A task id.' }),
    agent: Flags.string({ description: 'An agent id.' }),
    action: Flags.string({ description: 'Such as mcp__filesystem__read_file or Bash.' }),
    open: Flags.boolean({ description: 'Allowed calls that nobody has said the end of for 15 minutes.' }),
    since: Flags.string({ description: 'From then on: 30m, 24h, 7d, a day or a time.' }),
    until: Flags.string({ description: 'Up to then.' }),
    limit: Flags.integer({ description: 'Rows at most.', default: 50, min: 1, max: 200 }),
    cursor: Flags.string({ description: 'The next_cursor of the page before.' }),
  };

  protected override async report(): Promise<Report> {
    const operator = await this.operator('audit:read:self');
    const { event, decision, policy, user, action, open, limit, since, until, ...ids } = this.flags;
    const nowMs = Date.now();
    return listAudit(operator, {
      limit,
      ...given({ event, decision, policy, user, action, open }),
      ...given({ sessionId: ids.session, traceId: ids.trace, taskId: ids.task, agentId: ids.agent }),
      ...given({
        before: ids.cursor,
        since: since === undefined ? undefined : pointInTime(since, 'start', nowMs),
        until: until === undefined ? undefined : pointInTime(until, 'end', nowMs),
      }),
    });
  }
}
