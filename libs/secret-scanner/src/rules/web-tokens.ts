import type { SecretRule } from '../rule.ts';

/** Tokens of open standards. */
export const webTokenRules: readonly SecretRule[] = [
  {
    id: 'json-web-token',
    description: 'Signed or encrypted JSON Web Token (RFC 7519)',
    keywords: ['eyj'],
    pattern:
      /(?<![\w-])eyJ[\w-]{10,4000}\.(?:eyJ[\w-]{10,8000}\.[\w-]{20,2000}|[\w-]{0,2000}\.[\w-]{10,200}\.[\w-]{10,8000}\.[\w-]{10,200})/,
    confidence: 'high',
    source: 'https://www.rfc-editor.org/rfc/rfc7519#section-3',
  },
];
