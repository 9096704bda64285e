import type { SecretRule } from '../rule.ts';

const PREFIXES = 'https://docs.gitlab.com/security/tokens/#token-prefixes';

function prefixed(id: string, description: string, prefix: string, body = '[\\w.-]{20,300}'): SecretRule {
  return {
    id,
    description,
    keywords: [prefix.toLowerCase()],
    pattern: new RegExp(prefix + body),
    confidence: 'high',
    source: PREFIXES,
  };
}

/** GitLab. */
export const gitlabRules: readonly SecretRule[] = [
  prefixed('gitlab-personal-access-token', 'GitLab personal, project or group access token', 'glpat-'),
  prefixed('gitlab-oauth-secret', 'GitLab OAuth application secret', 'gloas-'),
  prefixed('gitlab-deploy-token', 'GitLab deploy token', 'gldt-'),
  prefixed('gitlab-runner-token', 'GitLab runner authentication token', 'glrt-'),
  prefixed('gitlab-runner-created-token', 'GitLab runner token made by registration', 'glrtr-'),
  prefixed('gitlab-ci-job-token', 'GitLab CI/CD job token', 'glcbt-', '[\\w.-]{20,2000}'),
  prefixed('gitlab-trigger-token', 'GitLab pipeline trigger token', 'glptt-'),
  prefixed('gitlab-feed-token', 'GitLab feed token', 'glft-'),
  prefixed('gitlab-incoming-mail-token', 'GitLab incoming mail token', 'glimt-'),
  prefixed('gitlab-agent-token', 'GitLab agent for Kubernetes token', 'glagent-'),
  prefixed('gitlab-scim-token', 'GitLab SCIM token', 'glsoat-'),
  prefixed('gitlab-feature-flag-token', 'GitLab feature flags client token', 'glffct-'),
  prefixed('gitlab-workspace-token', 'GitLab workspace token', 'glwt-'),
  prefixed(
    'gitlab-runner-registration-token',
    'GitLab runner registration token',
    'GR1348941',
    '[\\w-]{20,50}',
  ),
  {
    id: 'gitlab-session-cookie',
    description: 'GitLab session cookie',
    keywords: ['_gitlab_session='],
    pattern: /_gitlab_session=([0-9a-f]{32})/,
    confidence: 'high',
    source: PREFIXES,
  },
];
