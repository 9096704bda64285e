import {
  type KeyPlaces,
  moveKeyFile,
  nextKeyFile,
  publicKeysFile,
  replaceKeyFile,
} from '../keys/key-files.ts';
import { type PrivateKey, readPrivateKey, readPrivateKeys, wipeKeys } from '../keys/private-key.ts';
import { publicKeysText, readPublicKeys } from '../keys/public-keys.ts';
import { readVersionMemory, staleness } from '../keys/version-memory.ts';
import { isSigned, unwrap } from '../sealed/open-version.ts';
import type { SealedVersion } from '../sealed/sealed-version.ts';
import { secretsError } from '../secrets-error.ts';
import { sodium } from '../sodium.ts';
import { makeSeed } from './ensure-keys.ts';
import type { VersionToSign } from './keeper-request.ts';

/**
 * Wraps the data keys of versions for the next private key. Values are not opened. Until `activateNextKey` both keys
 * are there, so that a rotation which is killed at any point has lost nothing and goes on where it was.
 */
export function rewrapVersions(
  places: KeyPlaces,
  versions: readonly SealedVersion[],
): { readonly keyId: string; readonly versions: readonly VersionToSign[] } {
  requireManaged(places);
  const known = readPublicKeys(places);
  makeSeed(nextKeyFile(places));
  const keys = readPrivateKeys(places);
  const next = keys.find(({ keyId }) => keyId === readAndWipe(nextKeyFile(places)));
  const memory = readVersionMemory(places);
  try {
    if (known === undefined || next === undefined) throw noKeys(places);
    const old = versions.filter(({ keyId }) => keyId !== next.keyId);
    const wrapped = old.map((version) => {
      const stale = staleness(memory, version);
      if (stale !== undefined) throw secretsError('SECRETS_VERSION_REFUSED', stale);
      if (!isSigned(version, known.signer)) {
        throw secretsError(
          'SECRETS_VERSION_REFUSED',
          `secret ${version.name} is not signed by this installation`,
        );
      }
      const { signature: _, ...unsigned } = version;
      const wrap = { keyId: next.keyId, wrapped: wrapFor(next, version, keys) };
      return { version: { ...unsigned, ...wrap }, replaces: version };
    });
    return { keyId: next.keyId, versions: wrapped };
  } finally {
    wipeKeys(keys);
  }
}

/** Sealing is for the next key from here on; then it becomes the only one. Safe to do again after being killed half-way. */
export function activateNextKey(places: KeyPlaces): { readonly keyId: string } {
  requireManaged(places);
  const known = readPublicKeys(places);
  if (known === undefined) throw noKeys(places);
  const next = readPrivateKey(nextKeyFile(places));
  if (next === undefined) return { keyId: known.keyId };
  wipeKeys([next]);
  replaceKeyFile(
    publicKeysFile(places),
    publicKeysText({ keyId: next.keyId, box: next.publicKey, signer: known.signer }),
  );
  moveKeyFile(nextKeyFile(places), places.privateKeyFile);
  return { keyId: next.keyId };
}

function wrapFor(next: PrivateKey, version: SealedVersion, keys: readonly PrivateKey[]): string {
  const dataKey = unwrap(version, keys);
  const wrapped = Buffer.alloc(dataKey.length + sodium.crypto_box_SEALBYTES);
  sodium.crypto_box_seal(wrapped, dataKey, next.publicKey);
  sodium.sodium_memzero(dataKey);
  return wrapped.toString('base64url');
}

function readAndWipe(file: string): string | undefined {
  const key = readPrivateKey(file);
  if (key !== undefined) wipeKeys([key]);
  return key?.keyId;
}

function requireManaged({ managed, privateKeyFile }: KeyPlaces): void {
  if (!managed) {
    throw secretsError(
      'SECRETS_KEY_FIXED',
      `the private key is a credential that cannot be replaced here: ${privateKeyFile}`,
    );
  }
}

function noKeys({ privateKeyFile }: KeyPlaces): Error {
  return secretsError(
    'SECRETS_KEY_MISSING',
    `the private key of the secret store is missing: ${privateKeyFile}`,
  );
}
