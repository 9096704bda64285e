import type { SecretRule } from '../rule.ts';
import { aiRules } from './ai.ts';
import { assignmentRules } from './assignments.ts';
import { awsRules } from './aws.ts';
import { azureRules } from './azure.ts';
import { cloudRules } from './cloud.ts';
import { codeFormRules } from './code-forms.ts';
import { collaborationRules } from './collaboration.ts';
import { commandLineRules } from './command-lines.ts';
import { connectionStringRules } from './connection-strings.ts';
import { developerToolRules } from './developer-tools.ts';
import { githubRules } from './github.ts';
import { gitlabRules } from './gitlab.ts';
import { googleRules } from './google.ts';
import { mailRules } from './mail.ts';
import { monitoringRules } from './monitoring.ts';
import { packageRules } from './packages.ts';
import { paymentRules } from './payments.ts';
import { platformRules } from './platforms.ts';
import { privateKeyRules } from './private-keys.ts';
import { slackRules } from './slack.ts';
import { socialRules } from './social.ts';
import { stripeRules } from './stripe.ts';
import { vendorAssignmentRules } from './vendor-assignments.ts';
import { walletRules } from './wallets.ts';
import { webTokenRules } from './web-tokens.ts';

/** Every shipped rule, by family. */
export const allRules: readonly SecretRule[] = [
  ...awsRules,
  ...azureRules,
  ...googleRules,
  ...cloudRules,
  ...githubRules,
  ...gitlabRules,
  ...developerToolRules,
  ...packageRules,
  ...aiRules,
  ...monitoringRules,
  ...slackRules,
  ...socialRules,
  ...mailRules,
  ...stripeRules,
  ...paymentRules,
  ...walletRules,
  ...platformRules,
  ...collaborationRules,
  ...privateKeyRules,
  ...webTokenRules,
  ...connectionStringRules,
  ...commandLineRules,
  ...codeFormRules,
  ...assignmentRules,
  ...vendorAssignmentRules,
];
