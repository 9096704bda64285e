import type { SecretRule } from '../rule.ts';
import { aiRules } from './ai.ts';
import { assignmentRules } from './assignments.ts';
import { awsRules } from './aws.ts';
import { connectionStringRules } from './connection-strings.ts';
import { githubRules } from './github.ts';
import { gitlabRules } from './gitlab.ts';
import { googleRules } from './google.ts';
import { mailRules } from './mail.ts';
import { packageRules } from './packages.ts';
import { privateKeyRules } from './private-keys.ts';
import { slackRules } from './slack.ts';
import { stripeRules } from './stripe.ts';
import { webTokenRules } from './web-tokens.ts';

/** Every shipped rule, by family. */
export const allRules: readonly SecretRule[] = [
  ...awsRules,
  ...githubRules,
  ...gitlabRules,
  ...googleRules,
  ...slackRules,
  ...stripeRules,
  ...aiRules,
  ...packageRules,
  ...mailRules,
  ...privateKeyRules,
  ...webTokenRules,
  ...connectionStringRules,
  ...assignmentRules,
];
