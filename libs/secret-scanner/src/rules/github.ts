import { endsInCrc32Base62 } from '../checksums/crc32-base62.ts';
import type { SecretRule } from '../rule.ts';

const FORMATS =
  'https://docs.github.com/en/authentication/keeping-your-account-and-data-secure/about-authentication-to-github#githubs-token-formats';

function prefixed(id: string, description: string, prefix: string): SecretRule {
  return {
    id,
    description,
    keywords: [prefix],
    pattern: new RegExp(`${prefix}[A-Za-z0-9]{36,255}`),
    glued: 'any',
    confidence: 'high',
    checksum: endsInCrc32Base62,
    source: FORMATS,
  };
}

/** GitHub. The last six characters of a token are a CRC-32 in base 62. */
export const githubRules: readonly SecretRule[] = [
  prefixed('github-personal-access-token', 'GitHub personal access token (classic)', 'ghp_'),
  prefixed('github-oauth-token', 'GitHub OAuth access token', 'gho_'),
  prefixed('github-user-token', 'GitHub App user-to-server token', 'ghu_'),
  prefixed('github-app-token', 'GitHub App installation token', 'ghs_'),
  prefixed('github-refresh-token', 'GitHub App refresh token', 'ghr_'),
  {
    id: 'github-fine-grained-token',
    description: 'GitHub fine-grained personal access token',
    keywords: ['github_pat_'],
    pattern: /github_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59,255}/,
    confidence: 'high',
    source: FORMATS,
  },
  {
    id: 'github-app-jwt-token',
    description: 'GitHub App installation token that holds a JSON Web Token',
    keywords: ['ghs_'],
    pattern: /ghs_[0-9]{1,20}_eyJ[\w-]{10,1000}\.[\w-]{10,2000}\.[\w-]{10,1000}/,
    confidence: 'high',
    source: FORMATS,
  },
];
