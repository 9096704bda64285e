import { createHmac } from 'node:crypto';

/** What a forger can choose: every part of a token, signed with whatever key is at hand. */
export interface Forgery {
  readonly header?: Record<string, unknown> | string;
  readonly payload: Record<string, unknown> | string;
  readonly key: Uint8Array | string;
  readonly hash?: string;
}

export function forge({ header = {}, payload, key, hash = 'sha256' }: Forgery): string {
  const input = `${encode(header)}.${encode(payload)}`;
  return `${input}.${createHmac(hash, key).update(input).digest('base64url')}`;
}

export function encode(part: Record<string, unknown> | string): string {
  return Buffer.from(typeof part === 'string' ? part : JSON.stringify(part)).toString('base64url');
}
