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
import { databaseClientRules } from './database-clients.ts';
import { developerToolRules } from './developer-tools.ts';
import { githubRules } from './github.ts';
import { gitlabRules } from './gitlab.ts';
import { googleRules } from './google.ts';
import { ibmRules } from './ibm.ts';
import { mailRules } from './mail.ts';
import { markupRules } from './markup.ts';
import { monitoringRules } from './monitoring.ts';
import { networkDeviceRules } from './network-devices.ts';
import { oneTimePasswordRules } from './one-time-passwords.ts';
import { packageRules } from './packages.ts';
import { passwordHashRules } from './password-hashes.ts';
import { paymentRules } from './payments.ts';
import { platformRules } from './platforms.ts';
import { privateKeyRules } from './private-keys.ts';
import { serviceRules } from './services.ts';
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
  ...ibmRules,
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
  ...serviceRules,
  ...collaborationRules,
  ...privateKeyRules,
  ...passwordHashRules,
  ...oneTimePasswordRules,
  ...webTokenRules,
  ...connectionStringRules,
  ...databaseClientRules,
  ...networkDeviceRules,
  ...commandLineRules,
  ...codeFormRules,
  ...markupRules,
  ...assignmentRules,
  ...vendorAssignmentRules,
];
