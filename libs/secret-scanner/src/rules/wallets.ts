import { isRecoveryPhrase } from '../judge/recovery-phrase.ts';
import type { SecretRule } from '../rule.ts';
import { END, named, prefixed } from './define.ts';

/** What spends from an account on a ledger: private keys and the words that they are made of. */
export const walletRules: readonly SecretRule[] = [
  {
    id: 'bitcoin-extended-private-key',
    description: 'Extended private key of a Bitcoin wallet (BIP 32)',
    keywords: ['xprv', 'yprv', 'zprv', 'tprv'],
    pattern: /[xyzt]prv[1-9A-HJ-NP-Za-km-z]{107,108}(?![A-Za-z0-9])/,
    confidence: 'high',
    minEntropy: 4,
    source: 'https://github.com/bitcoin/bips/blob/master/bip-0032.mediawiki#serialization-format',
  },
  prefixed(
    'nostr-private-key',
    'Nostr private key (NIP-19)',
    'nsec1',
    `[qpzry9x8gf2tvdw0s3jn54khce6mua7l]{58}${END}`,
    'https://github.com/nostr-protocol/nips/blob/master/19.md',
  ),
  named(
    'ethereum-private-key',
    'Private key of an Ethereum account',
    ['private_key', 'privatekey', 'private-key', 'private key', 'deployer_key', 'wallet_key', 'secp256k1'],
    '(?:0x)?[0-9a-fA-F]{64}',
    'https://ethereum.org/en/developers/docs/accounts/',
    { minEntropy: 3 },
  ),
  {
    id: 'bitcoin-private-key',
    description: 'Private key of a Bitcoin address in wallet import format',
    keywords: ['wif', 'bitcoin', 'privkey', 'priv_key', 'private_key', 'privatekey', 'private key'],
    pattern:
      /(?:wif|bitcoin\w{0,16}|priv_?key|private[_ ]?key)(?:\\{0,3}["'])?\s{0,4}[:=]\s{0,4}["']?([5KL][1-9A-HJ-NP-Za-km-z]{50,51})(?![A-Za-z0-9])/i,
    glued: 'any',
    context: true,
    confidence: 'high',
    minEntropy: 4,
    source: 'https://en.bitcoin.it/wiki/Wallet_import_format',
  },
  {
    id: 'recovery-phrase',
    description: 'Recovery phrase of a wallet (BIP 39)',
    keywords: ['mnemonic', 'seed phrase', 'seed_phrase', 'seedphrase', 'recovery phrase', 'recovery_phrase'],
    pattern:
      /(?:mnemonic|(?:seed|recovery)[ _]?phrase)[\w.-]{0,16}(?:\\{0,3}["'])?\s{0,4}(?:is|[:=])\s{0,4}\\{0,3}["'`]?([a-z]{3,8}(?: [a-z]{3,8}){11,23})(?! ?[A-Za-z])/i,
    glued: 'any',
    context: true,
    confidence: 'medium',
    judge: isRecoveryPhrase,
    source: 'https://github.com/bitcoin/bips/blob/master/bip-0039.mediawiki',
  },
];
