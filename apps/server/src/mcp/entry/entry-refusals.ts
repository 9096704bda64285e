import type { StrictJsonProblem } from '@gatehouse/kernel';
import type { RegisteredServer } from '@gatehouse/mcp-spawner';
import { bodyProblemSentence } from '../../http/body-invalid.ts';
import type { Refusal } from '../refusals/refusal.ts';
import { scopeChallenge } from '../resource-metadata.ts';
import { error, INTERNAL_ERROR, PARSE_ERROR, type RpcAnswer, SERVER_ERROR } from '../wire/json-rpc.ts';
import type { RefusedMessage } from '../wire/posted-message.ts';
import { undiscovered } from './undiscovered.ts';

/** A body that was not even read: too large, of another type, cut off. `told`: what is wrong, behind "the body". */
export function unreadBody(status: number, told: string): Refusal {
  const answer = error(SERVER_ERROR, `the body ${told}`, { status });
  return { answer, policy: 'input_invalid', reason: `The body ${told}.`, record: 'always' };
}

export function unreadableBody(problem: StrictJsonProblem): Refusal {
  const reason = bodyProblemSentence(problem);
  const answer = error(PARSE_ERROR, reason, { status: 400 });
  return { answer, policy: 'input_invalid', reason, record: 'always' };
}

export const UNACCEPTED: Refusal = {
  answer: error(SERVER_ERROR, 'the client must accept both application/json and text/event-stream', {
    status: 406,
  }),
  policy: 'input_invalid',
  reason: 'The Accept header does not take both forms of an answer.',
  record: 'of_call',
};

export function unavailableServer(server: RegisteredServer): Refusal {
  return {
    answer: undiscovered(server),
    policy: 'upstream_unavailable',
    reason: 'The MCP server is not available: it was not discovered yet.',
    record: 'of_call',
  };
}

/** A client that asks which revision is spoken asks for nothing to be done: that is counted, not a row. */
export function invalidMessage({ answer, negotiation }: RefusedMessage): Refusal {
  return negotiation === undefined
    ? { answer, policy: 'input_invalid', reason: 'The body is no valid MCP message.', record: 'always' }
    : { answer, policy: 'input_invalid', reason: 'The MCP revision is not spoken here.', record: 'of_call' };
}

export function insufficientScope(publicUrl: string, server: string, needed: string): Refusal {
  const answer = error(SERVER_ERROR, 'the access token was not granted this', { status: 403 });
  const challenge = scopeChallenge(publicUrl, server, needed);
  return {
    answer: { ...answer, headers: { 'www-authenticate': challenge } },
    policy: 'scope_denied',
    reason: 'The access token was not granted this.',
    record: 'as_decision',
  };
}

export function mismatchedHeader(answer: RpcAnswer): Refusal {
  const reason = 'A header differs from the argument that it repeats.';
  return { answer, policy: 'input_invalid', reason, record: 'always' };
}

export const FAILED: Refusal = {
  answer: error(INTERNAL_ERROR, 'something failed here', { status: 500 }),
  policy: 'internal_error',
  reason: 'Something failed in Gatehouse.',
  record: 'of_call',
};
