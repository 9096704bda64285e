import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { CONFIGURATION, type Configuration, readOrCreateKey } from '@gatehouse/config';
import { canonicalJson, type JsonObject, type JsonValue } from '@gatehouse/kernel';
import { Inject, Injectable } from '@nestjs/common';
import type { McpRequest } from '../methods/mcp-request.ts';
import { ownParams } from '../methods/relayed-params.ts';

const TTL_MS = 10 * 60_000;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** What a child may give its client to keep. */
export const MAX_STATE_CHARACTERS = 64 * 1024;

/** What stands behind a request state: the child's own, or the call that this process keeps open. */
export interface KeptState {
  readonly child?: string;
  readonly held?: string;
}

/**
 * The `requestState` that clients of revision 2026-07-28 carry between the rounds of a request: sealed, and good for
 * ten minutes, the same user and session, and the same request. A client can neither read nor change nor lend it.
 */
@Injectable()
export class RequestStates {
  readonly #key: Buffer;

  constructor(@Inject(CONFIGURATION) { installation }: Configuration) {
    this.#key = readOrCreateKey(installation, 'mcp-request-state', 32);
  }

  seal(kept: KeptState, request: McpRequest): string {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.#key, nonce);
    cipher.setAAD(boundTo(request));
    const plain = JSON.stringify({ ...kept, until: Date.now() + TTL_MS });
    const sealed = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
    return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64url');
  }

  /** Undefined for what was not sealed here, for this request, or too long ago. */
  open(state: JsonValue, request: McpRequest): KeptState | undefined {
    if (typeof state !== 'string' || state.length > 2 * MAX_STATE_CHARACTERS) return undefined;
    // Base64 readers skip what is no Base64: such a state is not the one that was given.
    const bytes = Buffer.from(state, 'base64url');
    if (bytes.toString('base64url') !== state || bytes.length < NONCE_BYTES + TAG_BYTES) return undefined;
    try {
      const decipher = createDecipheriv('aes-256-gcm', this.#key, bytes.subarray(0, NONCE_BYTES));
      decipher.setAAD(boundTo(request));
      decipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
      const plain = Buffer.concat([
        decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)),
        decipher.final(),
      ]);
      const { until, ...kept } = JSON.parse(plain.toString('utf8')) as KeptState & { until: number };
      return until > Date.now() ? kept : undefined;
    } catch {
      return undefined;
    }
  }
}

function boundTo({ caller: { principal }, server, rpc }: McpRequest): Buffer {
  const { userId, sessionId, clientId, agentId } = principal;
  const request: JsonObject = { method: rpc.method, params: ownParams(rpc.method, rpc.params) };
  const bound = [userId, sessionId, clientId, agentId, server.name, canonicalJson(request)];
  return createHash('sha256').update(JSON.stringify(bound)).digest();
}
