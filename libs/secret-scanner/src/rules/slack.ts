import type { SecretRule } from '../rule.ts';

const TYPES = 'https://docs.slack.dev/authentication/tokens';

/** Slack. */
export const slackRules: readonly SecretRule[] = [
  {
    id: 'slack-bot-token',
    description: 'Slack bot token',
    keywords: ['xoxb-'],
    pattern: /xoxb-[0-9]{8,14}-[A-Za-z0-9-]{10,80}/,
    confidence: 'high',
    source: TYPES,
  },
  {
    id: 'slack-user-token',
    description: 'Slack user token',
    keywords: ['xoxp-'],
    pattern: /xoxp-[0-9]{8,14}-[0-9]{8,14}-(?:[0-9]{8,14}-)?[A-Za-z0-9]{16,64}/,
    confidence: 'high',
    source: TYPES,
  },
  {
    id: 'slack-legacy-token',
    description: 'Slack workspace, refresh, test or session token',
    keywords: ['xoxa-', 'xoxr-', 'xoxo-', 'xoxs-', 'xoxc-', 'xoxd-'],
    pattern:
      /xox(?:[aros]-(?:[0-9]-)?[0-9]{6,14}-[A-Za-z0-9-]{8,160}|c-[0-9]{8,14}-[A-Za-z0-9-]{20,160}|d-[A-Za-z0-9%+/_-]{40,400})/,
    confidence: 'high',
    source: TYPES,
  },
  {
    id: 'slack-configuration-token',
    description: 'Slack app configuration access or refresh token',
    keywords: ['xoxe-', 'xoxe.xox'],
    pattern: /xoxe(?:\.xox[bp])?-[0-9]-[A-Za-z0-9-]{100,250}/i,
    confidence: 'high',
    source: TYPES,
  },
  {
    id: 'slack-app-token',
    description: 'Slack app-level token',
    keywords: ['xapp-'],
    pattern: /xapp-[0-9]-[A-Z0-9]{8,16}-[0-9]{8,16}-[A-Za-z0-9]{20,80}/,
    confidence: 'high',
    source: TYPES,
  },
  {
    id: 'slack-webhook-url',
    description: 'Slack incoming webhook or workflow trigger',
    keywords: ['hooks.slack.com/'],
    pattern:
      /hooks\.slack(?:-gov)?\.com\/(?:services\/T[A-Z0-9]{5,14}\/B[A-Z0-9]{5,14}\/[A-Za-z0-9]{18,32}|(?:workflows|triggers)\/T[A-Z0-9]{5,14}\/[A-Z0-9]{5,24}(?:\/[0-9]{10,24})?\/[A-Za-z0-9]{20,40})/,
    confidence: 'high',
    source: 'https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks',
  },
];
