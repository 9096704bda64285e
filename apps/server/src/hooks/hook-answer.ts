import { type Decision, shownReason } from '@gatehouse/governance';
import type { JsonObject, JsonValue } from '@gatehouse/kernel';

/** The client goes on as if there were no hook. */
export const NO_OPINION: JsonObject = {};

export const OUTPUT_WITHHELD = '[GOVERNANCE] The output is withheld: it could not be judged and recorded.';

/** The answer to PreToolUse. `onAllow: 'none'` leaves the client's own permission prompt in force. */
export function preToolUseAnswer(decision: Decision, onAllow: 'allow' | 'none'): JsonObject {
  if (decision.decision === 'deny') return denial(shownReason(decision));
  if (onAllow === 'none') return NO_OPINION;
  return { hookSpecificOutput: { hookEventName: 'PreToolUse', permissionDecision: 'allow' } };
}

export function denial(reason: string): JsonObject {
  return {
    hookSpecificOutput: {
      hookEventName: 'PreToolUse',
      permissionDecision: 'deny',
      permissionDecisionReason: reason,
    },
  };
}

/** The answer to PostToolUse that replaces what the model sees of the output. */
export function replacedOutput(output: JsonValue): JsonObject {
  return { hookSpecificOutput: { hookEventName: 'PostToolUse', updatedToolOutput: output } };
}
