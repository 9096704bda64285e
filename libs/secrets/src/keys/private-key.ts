import { secretsError } from '../secrets-error.ts';
import { sodium } from '../sodium.ts';
import { type KeyPlaces, nextKeyFile, readKeyFile } from './key-files.ts';

/** The private half of a key pair. Read by wardens and the keeper alone, and wiped as soon as it was used. */
export interface PrivateKey {
  readonly keyId: string;
  readonly publicKey: Buffer;
  /** Locked memory that no swap and no core file holds. */
  readonly privateKey: Buffer;
}

/**
 * Every private key at hand: the one in use, and during a rotation the next one.
 * @throws AppError `SECRETS_KEY_MISSING`, `SECRETS_KEY_UNSAFE`, `SECRETS_KEY_INVALID`
 */
export function readPrivateKeys(places: KeyPlaces): PrivateKey[] {
  const keys = [readFirstPrivateKey(places), readPrivateKey(nextKeyFile(places))].flatMap((key) => key ?? []);
  if (keys.length > 0) return keys;
  throw secretsError(
    'SECRETS_KEY_MISSING',
    `the private key of the secret store is missing: ${places.privateKeyFile}`,
  );
}

/** The one in use, wherever the operator keeps it; undefined where there is none. @throws AppError as above */
export function readFirstPrivateKey({ privateKeyFile, managed }: KeyPlaces): PrivateKey | undefined {
  return readPrivateKey(privateKeyFile, { isCredential: !managed });
}

export function readPrivateKey(
  file: string,
  options: { isCredential?: boolean } = {},
): PrivateKey | undefined {
  const held = readKeyFile(file, options);
  if (held === undefined) return undefined;
  const bytes = keyBytes(held);
  if (bytes === undefined) throw secretsError('SECRETS_KEY_INVALID', `${file} holds no private key`);
  const privateKey = sodium.sodium_malloc(sodium.crypto_box_SECRETKEYBYTES);
  bytes.copy(privateKey);
  sodium.sodium_memzero(bytes);
  sodium.sodium_memzero(held);
  const publicKey = Buffer.alloc(sodium.crypto_box_PUBLICKEYBYTES);
  sodium.crypto_scalarmult_base(publicKey, privateKey);
  return { keyId: keyIdOf(publicKey), publicKey, privateKey };
}

export function wipeKeys(keys: readonly PrivateKey[]): void {
  for (const { privateKey } of keys) sodium.sodium_memzero(privateKey);
}

/** 16 hex digits that name a key pair: of BLAKE2b over the public half. */
export function keyIdOf(publicKey: Buffer): string {
  const digest = Buffer.alloc(32);
  sodium.crypto_generichash(digest, publicKey);
  return digest.toString('hex', 0, 8);
}

/** Raw, hex or base64, a line break at its end allowed. */
function keyBytes(held: Buffer): Buffer | undefined {
  if (held.length === sodium.crypto_box_SECRETKEYBYTES) return Buffer.from(held);
  const text = held.toString('latin1').replace(/\r?\n$/, '');
  if (/^[0-9a-fA-F]{64}$/.test(text)) return Buffer.from(text, 'hex');
  return /^[A-Za-z0-9+/_-]{43}=?$/.test(text) ? Buffer.from(text, 'base64') : undefined;
}
