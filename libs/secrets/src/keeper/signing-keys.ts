import { type KeyPlaces, readKeyFile, signingKeyFile } from '../keys/key-files.ts';
import { secretsError } from '../secrets-error.ts';
import { sodium } from '../sodium.ts';

/** The signer's key pair. The caller wipes the private half. @throws AppError `SECRETS_KEY_…` */
export function signingKeys(places: KeyPlaces): { publicKey: Buffer; privateKey: Buffer } {
  const file = signingKeyFile(places);
  const seed = readKeyFile(file);
  if (seed === undefined) {
    throw secretsError('SECRETS_KEY_MISSING', `the signing key of the secret store is missing: ${file}`);
  }
  if (seed.length !== 32) throw secretsError('SECRETS_KEY_INVALID', `${file} holds no signing key`);
  const publicKey = Buffer.alloc(sodium.crypto_sign_PUBLICKEYBYTES);
  const privateKey = sodium.sodium_malloc(sodium.crypto_sign_SECRETKEYBYTES);
  sodium.crypto_sign_seed_keypair(publicKey, privateKey, seed);
  sodium.sodium_memzero(seed);
  return { publicKey, privateKey };
}
