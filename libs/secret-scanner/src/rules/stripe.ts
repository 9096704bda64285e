import type { SecretRule } from '../rule.ts';

const KEYS = 'https://docs.stripe.com/keys';

/** Stripe. */
export const stripeRules: readonly SecretRule[] = [
  {
    id: 'stripe-secret-key',
    description: 'Stripe secret key',
    keywords: ['sk_live_', 'sk_test_'],
    pattern: /sk_(?:live|test)_[A-Za-z0-9]{16,247}/,
    confidence: 'high',
    source: KEYS,
  },
  {
    id: 'stripe-restricted-key',
    description: 'Stripe restricted key',
    keywords: ['rk_live_', 'rk_test_'],
    pattern: /rk_(?:live|test)_[A-Za-z0-9]{16,247}/,
    confidence: 'high',
    source: KEYS,
  },
  {
    id: 'stripe-webhook-secret',
    description: 'Stripe webhook signing secret',
    keywords: ['whsec_'],
    pattern: /whsec_[A-Za-z0-9+/=]{32,80}/,
    confidence: 'high',
    source: 'https://docs.stripe.com/webhooks/signature',
  },
];
