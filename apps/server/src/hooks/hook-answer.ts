import { type Decision, shownReason } from '@gatehouse/governance';
import type { JsonValue } from '@gatehouse/kernel';

export interface PreToolUseAnswer {
  readonly hookSpecificOutput: {
    readonly hookEventName: 'PreToolUse';
    readonly permissionDecision: 'allow' | 'deny';
    readonly permissionDecisionReason?: string;
  };
}

export interface PostToolUseAnswer {
  readonly hookSpecificOutput: {
    readonly hookEventName: 'PostToolUse';
    readonly updatedToolOutput: JsonValue;
  };
}

/** Answers that clients take; a test holds them against the types of the Claude Agent SDK. */
export type HookAnswer = PreToolUseAnswer | PostToolUseAnswer | Readonly<Record<string, never>>;

/** What most calls are answered. */
const ALLOWED: PreToolUseAnswer = {
  hookSpecificOutput: { hookEventName: 'PreToolUse', permissionDecision: 'allow' },
};
const ALLOWED_TEXT = JSON.stringify(ALLOWED);

export function answerText(answer: object): string {
  return answer === ALLOWED ? ALLOWED_TEXT : JSON.stringify(answer);
}

/** The client goes on as if there were no hook. */
export const NO_OPINION: Readonly<Record<string, never>> = {};

export const OUTPUT_WITHHELD = '[GOVERNANCE] The output is withheld: it could not be judged and recorded.';

/** The answer to PreToolUse. `onAllow: 'none'` leaves the client's own permission prompt in force. */
export function preToolUseAnswer(
  decision: Pick<Decision, 'decision' | 'reason' | 'policy'>,
  onAllow: 'allow' | 'none',
): PreToolUseAnswer | Readonly<Record<string, never>> {
  if (decision.decision === 'deny') return denial(shownReason(decision));
  if (onAllow === 'none') return NO_OPINION;
  return ALLOWED;
}

export function denial(reason: string): PreToolUseAnswer {
  return {
    hookSpecificOutput: {
      hookEventName: 'PreToolUse',
      permissionDecision: 'deny',
      permissionDecisionReason: reason,
    },
  };
}

/** The answer to PostToolUse that replaces what the model sees of the output. */
export function replacedOutput(output: JsonValue): PostToolUseAnswer {
  return { hookSpecificOutput: { hookEventName: 'PostToolUse', updatedToolOutput: output } };
}
