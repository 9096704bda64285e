import type { KeyPlaces } from '../keys/key-files.ts';
import { readPrivateKeys, wipeKeys } from '../keys/private-key.ts';
import { readPublicKeys } from '../keys/public-keys.ts';
import { readVersionMemory, staleness } from '../keys/version-memory.ts';
import { isSigned, openVersion } from '../sealed/open-version.ts';
import type { SealedVersion } from '../sealed/sealed-version.ts';
import { secretsError } from '../secrets-error.ts';

export interface OpenedSecret {
  readonly name: string;
  readonly redact: boolean;
  /** Locked memory; whoever uses it wipes it. */
  readonly value: Buffer;
}

/**
 * Opens versions in this process, after looking that each is signed by this installation and not older than one that
 * was in force; then wipes the private key. @throws AppError `SECRETS_…`
 */
export function openSecrets(places: KeyPlaces, versions: readonly SealedVersion[]): OpenedSecret[] {
  const known = readPublicKeys(places);
  if (known === undefined) throw secretsError('SECRETS_KEY_MISSING', 'the secret store has no keys yet');
  const memory = readVersionMemory(places);
  const keys = readPrivateKeys(places);
  try {
    return versions.map((version) => {
      const stale = staleness(memory, version);
      if (stale !== undefined) throw secretsError('SECRETS_VERSION_REFUSED', stale);
      if (!isSigned(version, known.signer)) {
        const what = `version ${version.version} of secret ${version.name}`;
        throw secretsError('SECRETS_VERSION_REFUSED', `${what} is not signed by this installation`);
      }
      return { name: version.name, redact: version.redact, value: openVersion(version, keys) };
    });
  } finally {
    wipeKeys(keys);
  }
}
