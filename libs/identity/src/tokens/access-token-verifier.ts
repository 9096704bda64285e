import { parseStrictJson } from '@gatehouse/kernel';
import { createVerifier } from 'fast-jwt';
import { type AccessTokenClaims, claimsOf } from './access-token-claims.ts';
import type { TokenKey } from './token-key.ts';

/** Longer than any token that we issue; what is longer is refused before it is hashed or decoded. */
export const MAX_TOKEN_CHARACTERS = 2048;

// The last character of 32 bytes in base64url has two bits to spare: only one spelling of a signature counts.
const COMPACT = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/;

export type TokenVerdict =
  | { readonly ok: true; readonly claims: AccessTokenClaims }
  | { readonly ok: false; readonly problem: 'malformed' | 'forged' };

const MALFORMED: TokenVerdict = { ok: false, problem: 'malformed' };
const FORGED: TokenVerdict = { ok: false, problem: 'forged' };

/**
 * Whether we signed a token, whatever the time: `alg`, `typ` and `kid` are pinned by comparing the header with the
 * one and only header that we write, byte for byte, so that nothing in it is ever interpreted (RFC 8725 section 3.1).
 */
export class AccessTokenVerifier {
  readonly #header: string;
  readonly #verify: (token: string) => unknown;

  constructor(
    key: TokenKey,
    private readonly issuer: string,
  ) {
    this.#header = headerOf(key.kid);
    this.#verify = createVerifier({
      key: key.reveal(),
      algorithms: ['HS256'],
      checkTyp: ACCESS_TOKEN_TYPE,
      cache: false,
      ignoreExpiration: true,
      ignoreNotBefore: true,
    });
  }

  verify(token: string): TokenVerdict {
    if (token.length > MAX_TOKEN_CHARACTERS || !COMPACT.test(token)) return MALFORMED;
    const [header, payload] = token.split('.') as [string, string];
    if (header !== this.#header) return FORGED;
    try {
      this.#verify(token);
    } catch {
      return FORGED;
    }
    const parsed = parseStrictJson(Buffer.from(payload, 'base64url'));
    const claims = parsed.ok ? claimsOf(parsed.value, this.issuer) : undefined;
    return claims === undefined ? FORGED : { ok: true, claims };
  }
}

export const ACCESS_TOKEN_TYPE = 'at+jwt';

/** The encoded header of every access token signed with this key. */
function headerOf(kid: string): string {
  return Buffer.from(JSON.stringify({ alg: 'HS256', typ: ACCESS_TOKEN_TYPE, kid })).toString('base64url');
}
