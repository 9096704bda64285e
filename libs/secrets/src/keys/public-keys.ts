import { isJsonObject, type JsonValue } from '@gatehouse/kernel';
import { secretsError } from '../secrets-error.ts';
import { type KeyPlaces, publicKeysFile, readKeyFile } from './key-files.ts';

/** What sealing and checking need: no secret. */
export interface PublicKeys {
  readonly keyId: string;
  /** X25519: sealing is for this. */
  readonly box: Buffer;
  /** Ed25519: versions are signed by its owner. */
  readonly signer: Buffer;
}

/** Undefined before the first start. @throws AppError `SECRETS_KEY_UNSAFE`, `SECRETS_KEY_INVALID` */
export function readPublicKeys(places: KeyPlaces): PublicKeys | undefined {
  const file = publicKeysFile(places);
  const held = readKeyFile(file);
  if (held === undefined) return undefined;
  const keys = parse(held.toString('utf8'));
  if (keys === undefined) throw secretsError('SECRETS_KEY_INVALID', `${file} holds no public keys`);
  return keys;
}

export function publicKeysText({ keyId, box, signer }: PublicKeys): string {
  const text = { keyId, box: box.toString('base64url'), signer: signer.toString('base64url') };
  return `${JSON.stringify(text)}\n`;
}

function parse(text: string): PublicKeys | undefined {
  let value: JsonValue;
  try {
    value = JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
  if (!isJsonObject(value)) return undefined;
  const { keyId, box, signer } = value;
  if (typeof keyId !== 'string' || typeof box !== 'string' || typeof signer !== 'string') return undefined;
  const keys = { keyId, box: Buffer.from(box, 'base64url'), signer: Buffer.from(signer, 'base64url') };
  return keys.box.length === 32 && keys.signer.length === 32 ? keys : undefined;
}
