import { createHash, createHmac } from 'node:crypto';
import { HookAnswerKeys } from '@gatehouse/identity';
import { Inject, Injectable } from '@nestjs/common';
import type { HookRequest } from './hook-request.ts';

/** The header of an answer that carries its proof: 64 hex digits. */
export const PROOF_HEADER = 'x-gatehouse-answer';

/**
 * Proves to the command form that an answer is this server's, and to what it asked (threat T5). Whoever else listens on
 * the port is sent the credential but never the key, which the client got when the credential was made; whoever passes
 * requests on cannot have another one judged, since the proof covers everything that the judgement rests on.
 */
@Injectable()
export class AnswerProofs {
  constructor(@Inject(HookAnswerKeys) private readonly keys: HookAnswerKeys) {}

  /** Null for a request that asks for no proof, or whose credential no key belongs to. */
  of(route: 'govern' | 'track', request: HookRequest, status: number, answer: string): string | null {
    const { nonce } = request.client;
    if (nonce === undefined || request.credentialId === undefined) return null;
    return createHmac('sha256', this.keys.of(request.credentialId))
      .update(`gatehouse-hook-answer 1\n${nonce}\n${asked(route, request)}\n${status}\n`)
      .update(answer)
      .digest('hex');
  }
}

function asked(route: 'govern' | 'track', { client, onAllow, body }: HookRequest): string {
  const target = route === 'govern' && onAllow === 'none' ? 'govern?on_allow=none' : route;
  const { version = '', settings = '', device = '' } = client;
  return createHash('sha256')
    .update(`${target}\n${version}\n${settings}\n${device}\n`)
    .update(body)
    .digest('hex');
}
