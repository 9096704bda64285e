import type { SecretRule } from '../rule.ts';
import { named } from './define.ts';

/** Second factors: the seeds of one-time passwords, and the codes that stand in for them. */
export const oneTimePasswordRules: readonly SecretRule[] = [
  named(
    'totp-secret',
    'Seed of time-based one-time passwords, in base32',
    ['totp_s', 'totp-s', 'totps', 'otp_s', 'otp-s', 'otps', 'mfa_s', 'mfa-s', '2fa_s', '2fa-s'],
    '[A-Z2-7]{16,64}={0,6}',
    'https://www.rfc-editor.org/rfc/rfc6238',
    {
      minEntropy: 2.8,
      judge: (value, match) => /s(?:ecret|eed)/i.test(match[0]) && value === value.toUpperCase(),
    },
  ),
  {
    id: 'otpauth-url',
    description: 'Address of an authenticator entry: otpauth with its seed',
    keywords: ['otpauth://'],
    pattern: /otpauth:\/\/[th]otp\/[^\s"'<>?]{1,200}\?[^\s"'<>]{0,200}?secret=([A-Z2-7]{16,128})/i,
    glued: 'any',
    confidence: 'high',
    source: 'https://github.com/google/google-authenticator/wiki/Key-Uri-Format',
  },
  {
    id: 'recovery-codes',
    description: 'Recovery or backup codes of a second factor',
    keywords: [
      'recovery_codes',
      'recovery-codes',
      'recoverycodes',
      'backup_codes',
      'backup-codes',
      'backupcodes',
    ],
    pattern:
      /(?:recovery|backup)[_-]?codes["']?\s{0,4}[:=]\s{0,4}(?:\[\s{0,12})?((?:["']?[A-Za-z0-9]{4,10}(?:[- ][A-Za-z0-9]{4,10}){0,3}["']?,\s{0,12}){2,20}["']?[A-Za-z0-9]{4,10})/i,
    glued: 'any',
    confidence: 'medium',
    judge: (codes) => (codes.match(/[0-9]/g)?.length ?? 0) >= 6,
    source:
      'https://docs.github.com/en/authentication/securing-your-account-with-two-factor-authentication-2fa',
  },
];
