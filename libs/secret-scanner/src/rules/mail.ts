import type { SecretRule } from '../rule.ts';

/** Three characters at least: the third is a hexadecimal digit. */
const SK_HEX = Array.from('0123456789abcdef', (digit) => `sk${digit}`);

/** Services that send mail and messages. */
export const mailRules: readonly SecretRule[] = [
  {
    id: 'sendgrid-api-key',
    description: 'SendGrid API key',
    keywords: ['sg.'],
    pattern: /SG\.[\w-]{16,32}\.[\w-]{16,64}/,
    confidence: 'high',
    minEntropy: 3.5,
    source: 'https://www.twilio.com/docs/sendgrid/ui/account-and-settings/api-keys',
  },
  {
    id: 'mailgun-api-key',
    description: 'Mailgun API key',
    keywords: ['key-'],
    pattern: /key-[0-9a-f]{32}(?![0-9A-Za-z])/,
    confidence: 'high',
    source: 'https://documentation.mailgun.com/docs/mailgun/api-reference/authentication/',
  },
  {
    id: 'mailchimp-api-key',
    description: 'Mailchimp API key',
    keywords: ['-us'],
    pattern: /[0-9a-f]{32}-us[0-9]{1,2}(?![0-9A-Za-z-])/,
    lookback: 32,
    confidence: 'high',
    source: 'https://mailchimp.com/developer/marketing/docs/fundamentals/',
  },
  {
    id: 'twilio-api-key',
    description: 'Twilio API key SID',
    keywords: SK_HEX,
    pattern: /SK[0-9a-f]{32}(?![0-9A-Za-z])/,
    confidence: 'medium',
    source: 'https://www.twilio.com/docs/iam/api-keys',
  },
];
