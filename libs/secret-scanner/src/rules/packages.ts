import { endsInCrc32Base62 } from '../checksums/crc32-base62.ts';
import type { SecretRule } from '../rule.ts';

/** Package registries. */
export const packageRules: readonly SecretRule[] = [
  {
    id: 'npm-access-token',
    description: 'npm access token',
    keywords: ['npm_'],
    pattern: /npm_[A-Za-z0-9]{36}(?![A-Za-z0-9])/,
    confidence: 'high',
    checksum: endsInCrc32Base62,
    source: 'https://github.blog/changelog/2021-09-23-npm-has-a-new-access-token-format/',
  },
  {
    id: 'pypi-upload-token',
    description: 'PyPI or TestPyPI API token (a macaroon)',
    keywords: ['pypi-ageichlwas5vcmc', 'pypi-agendgvzdc5wexbplm9yzw'],
    pattern: /pypi-(?:AgEIcHlwaS5vcmc|AgENdGVzdC5weXBpLm9yZw)[\w-]{50,1000}/,
    confidence: 'high',
    source: 'https://pypi.org/help/#apitoken',
  },
  {
    id: 'rubygems-api-key',
    description: 'RubyGems API key',
    keywords: ['rubygems_'],
    pattern: /rubygems_[0-9a-f]{48}/,
    confidence: 'high',
    source: 'https://guides.rubygems.org/api-key-scopes/',
  },
  {
    id: 'docker-access-token',
    description: 'Docker Hub personal or organization access token',
    keywords: ['dckr_pat_', 'dckr_oat_'],
    pattern: /dckr_[po]at_[\w-]{24,64}/,
    confidence: 'high',
    source: 'https://docs.docker.com/security/access-tokens/',
  },
  {
    id: 'nuget-api-key',
    description: 'NuGet API key',
    keywords: ['oy2'],
    pattern: /oy2[a-z0-9]{43}(?![A-Za-z0-9])/,
    confidence: 'medium',
    source: 'https://learn.microsoft.com/en-us/nuget/nuget-org/scoped-api-keys',
  },
  {
    id: 'clojars-deploy-token',
    description: 'Clojars deploy token',
    keywords: ['clojars_'],
    pattern: /CLOJARS_[0-9a-z]{60}/i,
    confidence: 'high',
    source: 'https://github.com/clojars/clojars-web/wiki/Deploy-Tokens',
  },
];
