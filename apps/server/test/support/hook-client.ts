import type { TestServer } from './a-server.ts';

export interface HookAnswer {
  readonly status: number;
  readonly body: {
    readonly hookSpecificOutput?: {
      readonly hookEventName: string;
      readonly permissionDecision?: string;
      readonly permissionDecisionReason?: string;
      readonly updatedToolOutput?: unknown;
    };
  };
}

/** Posts to the hook door as Claude Code does. */
export async function postHook(
  server: TestServer,
  token: string | undefined,
  body: unknown,
  options: {
    readonly query?: string;
    readonly headers?: Record<string, string>;
    readonly path?: string;
  } = {},
): Promise<HookAnswer> {
  const response = await fetch(
    `http://127.0.0.1:${server.port}/api/v1/hooks/${options.path ?? 'govern'}${options.query ?? ''}`,
    {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...options.headers,
      },
      body: typeof body === 'string' || body instanceof Uint8Array ? (body as string) : JSON.stringify(body),
    },
  );
  return { status: response.status, body: (await response.json()) as HookAnswer['body'] };
}

export function preToolUse(tool: string, input: unknown, more: object = {}): object {
  return {
    hook_event_name: 'PreToolUse',
    session_id: 'client-session-1',
    transcript_path: '/tmp/transcript.jsonl',
    cwd: '/home/maya/project',
    permission_mode: 'default',
    tool_name: tool,
    tool_input: input,
    tool_use_id: `toolu_${Math.random().toString(36).slice(2)}`,
    ...more,
  };
}

/** The answer to a call that nothing speaks against. */
export const ALLOW = '{"hookSpecificOutput":{"hookEventName":"PreToolUse","permissionDecision":"allow"}}';
export const HARMLESS = preToolUse('Read', { file_path: 'src/main.ts' });
export const DESTRUCTIVE = preToolUse('Bash', { command: 'rm -rf /' });
