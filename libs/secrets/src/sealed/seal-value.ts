import type { PublicKeys } from '../keys/public-keys.ts';
import { sodium } from '../sodium.ts';
import { bodyContext, type UnsignedVersion } from './sealed-version.ts';

export interface ValueToSeal {
  readonly name: string;
  readonly version: number;
  readonly value: Buffer;
  readonly redact: boolean;
  readonly fingerprints: string;
  readonly sealedAt: Date;
}

/** Seals one value under a data key of its own. Needs the public half alone; the caller wipes `value`. */
export function sealValue(toSeal: ValueToSeal, keys: PublicKeys): UnsignedVersion {
  const { name, version, value, redact, fingerprints, sealedAt } = toSeal;
  const dataKey = sodium.sodium_malloc(sodium.crypto_aead_xchacha20poly1305_ietf_KEYBYTES);
  sodium.randombytes_buf(dataKey);
  const nonce = Buffer.alloc(sodium.crypto_aead_xchacha20poly1305_ietf_NPUBBYTES);
  sodium.randombytes_buf(nonce);
  const body = Buffer.alloc(value.length + sodium.crypto_aead_xchacha20poly1305_ietf_ABYTES);
  const context = bodyContext({ name, version });
  sodium.crypto_aead_xchacha20poly1305_ietf_encrypt(body, value, context, null, nonce, dataKey);
  const wrapped = Buffer.alloc(dataKey.length + sodium.crypto_box_SEALBYTES);
  sodium.crypto_box_seal(wrapped, dataKey, keys.box);
  sodium.sodium_memzero(dataKey);
  return {
    name,
    version,
    keyId: keys.keyId,
    wrapped: wrapped.toString('base64url'),
    nonce: nonce.toString('base64url'),
    body: body.toString('base64url'),
    redact,
    fingerprints,
    sealedAt: sealedAt.toISOString(),
  };
}
