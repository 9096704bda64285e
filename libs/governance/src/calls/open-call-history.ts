import { AuditReader, type AuditRow, type RuleOutcome, sameInput } from '@gatehouse/audit';
import type { Principal } from '@gatehouse/identity';
import type { ContextId, RequestContext, TaskId } from '@gatehouse/kernel';
import { Inject, Injectable } from '@nestjs/common';
import { contextOf } from './context-of.ts';
import type { Decision } from './decision.ts';
import type { GovernedCall } from './governed-call.ts';

const LOOK_BACK_MS = 24 * 60 * 60_000;

/** Open decisions that this process does not remember (it was restarted, or a sibling made them), from their rows. */
@Injectable()
export class OpenCallHistory {
  constructor(@Inject(AuditReader) private readonly reader: AuditReader) {}

  /** The open allow of this session for this tool use and this very input; null when there is none. */
  async find(principal: Principal, taskId: string, call: GovernedCall): Promise<Decision | null> {
    const { rows } = await this.reader.list(
      {
        taskId,
        userId: principal.userId,
        sessionId: principal.sessionId,
        since: new Date(Date.now() - LOOK_BACK_MS),
        limit: 20,
      },
      { kind: 'all' },
    );
    if (rows.some((row) => row.event === 'tool_call.completed')) return null;
    const decided = rows.find((row) => row.event === 'tool_call.decided' && row.decision === 'allow');
    if (
      decided === undefined ||
      decided.action !== call.action ||
      !sameInput(decided.evaluation, call.input)
    ) {
      return null;
    }
    return decisionOf(decided, principal, call);
  }
}

function decisionOf(row: AuditRow, principal: Principal, call: GovernedCall): Decision {
  const { evaluation } = row;
  return {
    decision: row.decision,
    policy: row.policy,
    reason: row.reason,
    rules: rulesOf(evaluation.rules),
    policyVersion: typeof evaluation.policyVersion === 'string' ? evaluation.policyVersion : '',
    context: contextOfRow(row, principal),
    principal,
    credentialProblem: null,
    call,
    rowId: row.id,
    commitment: typeof evaluation.commitment === 'string' ? evaluation.commitment : null,
    budget: null,
  };
}

function contextOfRow(row: AuditRow, principal: Principal): RequestContext {
  const { parentSpan } = row.evaluation;
  return contextOf(
    { ok: true, principal },
    {
      traceparent: `00-${row.trace_id}-${typeof parentSpan === 'string' ? parentSpan : '0'.repeat(16)}-01`,
      taskId: row.task_id as TaskId,
      contextId: row.context_id as ContextId,
    },
  );
}

function rulesOf(value: unknown): RuleOutcome[] {
  return Array.isArray(value) ? (value as RuleOutcome[]) : [];
}
