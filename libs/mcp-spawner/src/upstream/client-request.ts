import type { JsonObject } from '@gatehouse/kernel';

/** What a child asks of its client in the middle of a call: `sampling/createMessage`, `elicitation/create`, … */
export interface ClientRequest {
  readonly method: string;
  readonly params: JsonObject | undefined;
  /** Fires when nobody waits for the answer any more: the call ended, or the child took its question back. */
  readonly signal: AbortSignal;
}

export type ClientAnswer = { readonly result: JsonObject } | { readonly error: JsonObject };

/** Who answers what a child asks; never rejects. */
export type ClientRequestListener = (request: ClientRequest) => Promise<ClientAnswer>;

const METHOD_NOT_FOUND = -32_601;

/** The answer to whatever nobody answers. */
export const NOT_TAKEN: ClientAnswer = {
  error: { code: METHOD_NOT_FOUND, message: 'this client takes no such request from an MCP server' },
};
