import type { CallOutcome } from '@gatehouse/governance';
import { isJsonObject, type JsonObject } from '@gatehouse/kernel';
import { ChildUnavailable, type RegisteredServer, type UpstreamOutcome } from '@gatehouse/mcp-spawner';

/**
 * What became of a call, for its row, and what its caller gets: the child's result, the child's JSON-RPC error, or a
 * sentence of ours.
 */
export interface Ended {
  readonly outcome: Pick<CallOutcome, 'status' | 'output' | 'error'>;
  readonly answer:
    | { readonly kind: 'result' | 'error' }
    /** The child, or a call that waits in it, needs answers of the client first. */
    | { readonly kind: 'input_required'; readonly result: JsonObject }
    | { readonly kind: 'told'; readonly text: string; readonly retryAfterMs: number | null };
}

const NOT_SENT = {
  busy: (name: string) => `MCP server ${name} is busy`,
  gone: (name: string) => `MCP server ${name} had just ended`,
  cancelled: () => 'the call was cancelled',
};

/** Reads how a request to a child ended. */
export function endedBy(outcome: UpstreamOutcome, server: RegisteredServer): Ended {
  const { name, config } = server;
  switch (outcome.kind) {
    case 'result':
      return answered(outcome.result, name);
    case 'error':
      return {
        outcome: {
          status: 'tool_error',
          output: outcome.error,
          error: 'the MCP server answered with an error',
        },
        answer: { kind: 'error' },
      };
    case 'timeout':
      return silent(
        'timeout',
        `MCP server ${name} did not answer within ${config.limits.timeoutMs / 1000} s; what it did is unknown`,
      );
    case 'cancelled':
      return silent('unknown', 'the call was cancelled; what it did is unknown');
    case 'died':
      return silent(
        'unknown',
        `MCP server ${name} ended during the call (${outcome.cause}); what it did is unknown`,
      );
    case 'too_large':
      return silent(
        'tool_error',
        `the answer of MCP server ${name} is larger than ${config.limits.outputBytes} bytes`,
      );
    case 'not_sent':
      return silent('not_executed', `${NOT_SENT[outcome.cause](name)}; the call was not made`, 1_000);
  }
}

/** Reads why no child could be had. */
export function endedBefore(error: unknown): Ended {
  if (!(error instanceof ChildUnavailable)) return silent('not_executed', 'the call could not be made');
  return silent('upstream_unavailable', error.message, error.retryAfterMs);
}

function answered(output: (UpstreamOutcome & { kind: 'result' })['result'], name: string): Ended {
  if (!isJsonObject(output)) return silent('tool_error', `the answer of MCP server ${name} is no object`);
  if (output.resultType === 'input_required') {
    return {
      outcome: { status: 'input_required', output: null, error: null },
      answer: { kind: 'input_required', result: output },
    };
  }
  const failed = output.isError === true;
  return {
    outcome: {
      status: failed ? 'tool_error' : 'ok',
      output,
      error: failed ? 'the tool reports an error' : null,
    },
    answer: { kind: 'result' },
  };
}

/** A call that a child would not finish without what it may not have. */
export function endedUnanswered({ name }: RegisteredServer, why: string): Ended {
  return silent('tool_error', `MCP server ${name} did not finish the call: ${why}`);
}

/** The next round of a call that is not known (any more). Nothing was done. */
export function endedForgotten(): Ended {
  return silent('not_executed', 'the call that this continues is not open any more; make it again');
}

function silent(status: CallOutcome['status'], told: string, retryAfterMs: number | null = null): Ended {
  return {
    outcome: { status, output: null, error: told },
    answer: { kind: 'told', text: told, retryAfterMs },
  };
}
