import { isJsonObject, type JsonObject } from '@gatehouse/kernel';
import manifest from '../../package.json' with { type: 'json' };
import {
  CLIENT_CAPABILITIES_KEY,
  CLIENT_INFO_KEY,
  MODERN_VERSION,
  PROTOCOL_VERSION_KEY,
} from './protocol.ts';
import type { Upstream } from './upstream.ts';
import type { UpstreamOutcome } from './upstream-call.ts';

/** What children are told about their client: this gateway. */
export const GATEWAY_INFO: JsonObject = { name: 'gatehouse', version: manifest.version };

/** The envelope of a modern request that the gateway makes for itself. */
export const GATEWAY_ENVELOPE: JsonObject = {
  [PROTOCOL_VERSION_KEY]: MODERN_VERSION,
  [CLIENT_INFO_KEY]: GATEWAY_INFO,
  [CLIENT_CAPABILITIES_KEY]: {},
};

/** Why a handshake failed, as a sentence that holds nothing the child sent. */
export function describeFailure(outcome: UpstreamOutcome): string {
  switch (outcome.kind) {
    case 'died':
      return outcome.cause;
    case 'timeout':
      return 'it did not answer in time';
    case 'too_large':
      return 'it answered more than its limit allows';
    case 'error':
      return `it answered with the JSON-RPC error ${Number(outcome.error.code) || 0}`;
    default:
      return 'it did not take the request';
  }
}

/**
 * `initialize` and `notifications/initialized`, with what the client behind us may be asked. Returns the child's answer,
 * or why there is none.
 */
export async function initialize(
  upstream: Upstream,
  protocolVersion: string,
  timeoutMs: number,
  capabilities: JsonObject = {},
): Promise<{ readonly result: JsonObject } | { readonly failure: string }> {
  const outcome = await upstream.request({
    method: 'initialize',
    params: { protocolVersion, capabilities, clientInfo: GATEWAY_INFO },
    timeoutMs,
  });
  if (outcome.kind !== 'result') return { failure: describeFailure(outcome) };
  if (!isJsonObject(outcome.result) || typeof outcome.result.protocolVersion !== 'string') {
    return { failure: 'its answer to initialize is none' };
  }
  upstream.notify('notifications/initialized');
  return { result: outcome.result };
}
