import type { KeyPlaces } from '../keys/key-files.ts';
import { type Remembered, readVersionMemory, writeVersionMemory } from '../keys/version-memory.ts';
import { isSigned } from '../sealed/open-version.ts';
import { type SealedVersion, statementOf, type UnsignedVersion } from '../sealed/sealed-version.ts';
import { secretsError } from '../secrets-error.ts';
import { sodium } from '../sodium.ts';
import type { VersionToSign } from './keeper-request.ts';
import { signingKeys } from './signing-keys.ts';

/**
 * Signs versions that are newer than any that was in force; or those that replace their like, differing in nothing but
 * the key that the data key is wrapped for. @throws AppError `SECRETS_VERSION_REFUSED`
 */
export function signVersions(
  places: KeyPlaces,
  versions: readonly VersionToSign[],
): { readonly signatures: readonly string[] } {
  const { publicKey, privateKey } = signingKeys(places);
  try {
    const memory = readVersionMemory(places);
    const signatures = versions.map(({ version, replaces }) => {
      if (replaces === undefined) requireNewer(version, memory.get(version.name));
      else requireSame(version, replaces, publicKey);
      const signature = Buffer.alloc(sodium.crypto_sign_BYTES);
      sodium.crypto_sign_detached(signature, statementOf(version), privateKey);
      return signature.toString('base64url');
    });
    return { signatures };
  } finally {
    sodium.sodium_memzero(privateKey);
  }
}

/** Raises what is remembered: to versions that carry the signature, and to secrets that were unset. */
export function rememberVersions(
  places: KeyPlaces,
  versions: readonly SealedVersion[],
  unset: readonly { readonly name: string; readonly version: number }[],
): void {
  const { publicKey, privateKey } = signingKeys(places);
  sodium.sodium_memzero(privateKey);
  const memory = new Map(readVersionMemory(places));
  const raise = (name: string, next: Remembered) => {
    const known = memory.get(name);
    const isNews = known === undefined || next.version > known.version;
    if (isNews || (next.version === known.version && next.unset)) memory.set(name, next);
  };
  for (const version of versions) {
    if (!isSigned(version, publicKey)) throw unsigned(version);
    raise(version.name, { version: version.version, unset: false });
  }
  for (const { name, version } of unset) raise(name, { version, unset: true });
  writeVersionMemory(places, memory);
}

function requireNewer({ name, version }: UnsignedVersion, known: Remembered | undefined): void {
  if (known === undefined || version > known.version) return;
  throw secretsError('SECRETS_VERSION_REFUSED', `secret ${name} has had version ${known.version} already`);
}

function requireSame(version: UnsignedVersion, replaces: SealedVersion, signer: Buffer): void {
  if (!isSigned(replaces, signer)) throw unsigned(replaces);
  const { keyId, wrapped } = version;
  const { signature: _, ...before } = replaces;
  if (statementOf({ ...before, keyId, wrapped }).equals(statementOf(version))) return;
  throw secretsError(
    'SECRETS_VERSION_REFUSED',
    `version ${version.version} of secret ${version.name} was changed`,
  );
}

function unsigned({ name, version }: SealedVersion): Error {
  return secretsError(
    'SECRETS_VERSION_REFUSED',
    `version ${version} of secret ${name} is not signed by this installation`,
  );
}
