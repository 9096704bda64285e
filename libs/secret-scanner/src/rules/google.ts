import type { SecretRule } from '../rule.ts';

/** Google Cloud, Firebase and Google OAuth. */
export const googleRules: readonly SecretRule[] = [
  {
    id: 'google-api-key',
    description: 'Google API key',
    keywords: ['aiza'],
    pattern: /AIza[\w-]{35}(?![\w-])/,
    confidence: 'high',
    source: 'https://cloud.google.com/docs/authentication/api-keys',
  },
  {
    id: 'google-oauth-client-secret',
    description: 'Google OAuth client secret',
    keywords: ['gocspx-'],
    pattern: /GOCSPX-[\w-]{28}(?![\w-])/,
    confidence: 'high',
    source: 'https://developers.google.com/identity/protocols/oauth2',
  },
  {
    id: 'google-oauth-access-token',
    description: 'Google OAuth access token',
    keywords: ['ya29.'],
    pattern: /ya29\.[\w-]{20,2000}/,
    confidence: 'high',
    source: 'https://developers.google.com/identity/protocols/oauth2#size',
  },
  {
    id: 'google-oauth-refresh-token',
    description: 'Google OAuth refresh token',
    keywords: ['1//0'],
    pattern: /1\/\/0[0-9a-zA-Z][\w-]{40,500}/,
    confidence: 'high',
    source: 'https://developers.google.com/identity/protocols/oauth2#size',
  },
  {
    id: 'google-cloud-hmac-key',
    description: 'Google Cloud Storage HMAC access id',
    keywords: ['goog1'],
    pattern: /GOOG1[A-Z0-9]{56,60}(?![A-Za-z0-9])/,
    confidence: 'high',
    source: 'https://cloud.google.com/storage/docs/authentication/hmackeys',
  },
  {
    id: 'firebase-cloud-messaging-key',
    description: 'Firebase Cloud Messaging server key (legacy)',
    keywords: [':apa91b'],
    pattern: /AAAA[\w-]{7}:APA91b[\w-]{120,180}/,
    lookback: [11],
    confidence: 'high',
    source: 'https://firebase.google.com/docs/cloud-messaging/auth-server',
  },
];
