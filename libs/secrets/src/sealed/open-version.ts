import type { PrivateKey } from '../keys/private-key.ts';
import { secretsError } from '../secrets-error.ts';
import { sodium } from '../sodium.ts';
import { bodyContext, type SealedVersion, statementOf } from './sealed-version.ts';

/** Whether the signer of this installation signed exactly this version. */
export function isSigned(version: SealedVersion, signer: Buffer): boolean {
  const signature = Buffer.from(version.signature, 'base64url');
  if (signature.length !== sodium.crypto_sign_BYTES) return false;
  return sodium.crypto_sign_verify_detached(signature, statementOf(version), signer);
}

/**
 * Opens a version with the private key that its data key is wrapped for. For wardens and the keeper: nothing else has
 * that key. The caller wipes what it gets. @throws AppError `SECRETS_KEY_WRONG`, `SECRETS_VERSION_REFUSED`
 */
export function openVersion(version: SealedVersion, keys: readonly PrivateKey[]): Buffer {
  const dataKey = unwrap(version, keys);
  try {
    const nonce = Buffer.from(version.nonce, 'base64url');
    const body = Buffer.from(version.body, 'base64url');
    const overhead = sodium.crypto_aead_xchacha20poly1305_ietf_ABYTES;
    if (body.length < overhead || nonce.length !== sodium.crypto_aead_xchacha20poly1305_ietf_NPUBBYTES) {
      throw refused(version);
    }
    const value = sodium
      .sodium_malloc(Math.max(1, body.length - overhead))
      .subarray(0, body.length - overhead);
    try {
      const context = bodyContext(version);
      sodium.crypto_aead_xchacha20poly1305_ietf_decrypt(value, null, body, context, nonce, dataKey);
    } catch {
      throw refused(version);
    }
    return value;
  } finally {
    sodium.sodium_memzero(dataKey);
  }
}

/** The data key of a version. The caller wipes it. @throws AppError as `openVersion` */
export function unwrap(version: SealedVersion, keys: readonly PrivateKey[]): Buffer {
  const key = keys.find(({ keyId }) => keyId === version.keyId);
  if (key === undefined) {
    throw secretsError('SECRETS_KEY_WRONG', `secret ${version.name} was sealed for another private key`);
  }
  const wrapped = Buffer.from(version.wrapped, 'base64url');
  const dataKey = sodium.sodium_malloc(sodium.crypto_aead_xchacha20poly1305_ietf_KEYBYTES);
  const fits = wrapped.length === dataKey.length + sodium.crypto_box_SEALBYTES;
  if (!fits || !sodium.crypto_box_seal_open(dataKey, wrapped, key.publicKey, key.privateKey)) {
    throw refused(version);
  }
  return dataKey;
}

function refused({ name, version }: SealedVersion): Error {
  return secretsError('SECRETS_VERSION_REFUSED', `version ${version} of secret ${name} does not open`);
}
