import type {
  HookEvent,
  PostToolUseHookInput,
  PreToolUseHookInput,
  SyncHookJSONOutput,
} from '@anthropic-ai/claude-agent-sdk';
import { describe, expect, expectTypeOf, it } from 'vitest';
import {
  denial,
  type HookAnswer,
  NO_OPINION,
  preToolUseAnswer,
  replacedOutput,
} from '../../src/hooks/hook-answer.ts';
import { toolCallOf } from '../../src/hooks/hook-door.ts';
import { readHookBody } from '../../src/hooks/hook-event.ts';

const allow = { decision: 'allow', policy: 'default_allow', reason: 'All checks passed.' } as const;
const deny = { decision: 'deny', policy: 'blocklisted', reason: 'No.' } as const;

/** These hold when the file compiles: the types are those of the client itself. */
describe('what the hook door answers', () => {
  it('is what Claude Code takes', () => {
    expectTypeOf<HookAnswer>().toExtend<SyncHookJSONOutput>();
    const answers = [
      preToolUseAnswer(allow, 'allow') satisfies SyncHookJSONOutput,
      preToolUseAnswer(allow, 'none') satisfies SyncHookJSONOutput,
      preToolUseAnswer(deny, 'none') satisfies SyncHookJSONOutput,
      denial('no') satisfies SyncHookJSONOutput,
      replacedOutput({ stdout: '' }) satisfies SyncHookJSONOutput,
      NO_OPINION satisfies SyncHookJSONOutput,
    ];
    expect(answers).toEqual([
      { hookSpecificOutput: { hookEventName: 'PreToolUse', permissionDecision: 'allow' } },
      {},
      {
        hookSpecificOutput: {
          hookEventName: 'PreToolUse',
          permissionDecision: 'deny',
          permissionDecisionReason: '[GOVERNANCE] No. (blocklisted)',
        },
      },
      {
        hookSpecificOutput: {
          hookEventName: 'PreToolUse',
          permissionDecision: 'deny',
          permissionDecisionReason: 'no',
        },
      },
      { hookSpecificOutput: { hookEventName: 'PostToolUse', updatedToolOutput: { stdout: '' } } },
      {},
    ]);
  });

  it('names events of the client', () => {
    type Named = Extract<HookAnswer, { hookSpecificOutput: unknown }>['hookSpecificOutput']['hookEventName'];
    expectTypeOf<Named>().toExtend<HookEvent>();
  });
});

describe('what Claude Code sends', () => {
  it('is read: a call of its own tool, a call of an MCP server’s, a report', () => {
    const base = { session_id: 's', transcript_path: '/t', cwd: '/home/maya', permission_mode: 'default' };
    const own = {
      ...base,
      hook_event_name: 'PreToolUse',
      tool_name: 'Bash',
      tool_input: { command: 'ls' },
      tool_use_id: 'toolu_1',
    } satisfies PreToolUseHookInput;
    const report = {
      ...base,
      hook_event_name: 'PostToolUse',
      tool_name: 'mcp__filesystem__read_file',
      tool_input: { path: 'a' },
      tool_response: [{ type: 'text', text: 'b' }],
      tool_use_id: 'toolu_2',
      duration_ms: 3,
    } satisfies PostToolUseHookInput;
    expect([own, report].map(callOf)).toEqual([
      { action: 'Bash', tool: 'Bash', server: null, input: { command: 'ls' }, cwd: '/home/maya' },
      {
        action: 'mcp__filesystem__read_file',
        tool: 'read_file',
        server: 'filesystem',
        input: { path: 'a' },
        cwd: '/home/maya',
      },
    ]);
  });
});

function callOf(event: PreToolUseHookInput | PostToolUseHookInput) {
  const body = readHookBody(Buffer.from(JSON.stringify(event)));
  return body.ok ? toolCallOf(body.event.members) : null;
}
