import {
  closeSync,
  constants,
  existsSync,
  fsyncSync,
  linkSync,
  openSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import {
  type KeyPlaces,
  moveKeyFile,
  nextKeyFile,
  publicKeysFile,
  readKeyFile,
  replaceKeyFile,
  signingKeyFile,
} from '../keys/key-files.ts';
import { readFirstPrivateKey, readPrivateKey, readPrivateKeys, wipeKeys } from '../keys/private-key.ts';
import { publicKeysText, readPublicKeys } from '../keys/public-keys.ts';
import { secretsError } from '../secrets-error.ts';
import { sodium } from '../sodium.ts';
import { signingKeys } from './signing-keys.ts';

/**
 * Makes both key pairs where there are none. A key that is gone is never made anew while its public half is there:
 * what was sealed would be lost without a word.
 */
export function ensureKeys(places: KeyPlaces): { readonly keyId: string } {
  const known = readPublicKeys(places);
  if (known === undefined) {
    const isOurs = places.privateKeyFile.startsWith(`${places.keyDir}/`);
    if (isOurs) makeSeed(places.privateKeyFile);
    makeSeed(signingKeyFile(places));
  }
  const keys = readPrivateKeys(places);
  const { publicKey: signer, privateKey } = signingKeys(places);
  sodium.sodium_memzero(privateKey);
  try {
    if (known === undefined) {
      const first = readFirstPrivateKey(places);
      if (first === undefined) throw missing(places);
      wipeKeys([first]);
      replaceKeyFile(
        publicKeysFile(places),
        publicKeysText({ keyId: first.keyId, box: first.publicKey, signer }),
      );
      return { keyId: first.keyId };
    }
    if (!keys.some(({ publicKey }) => publicKey.equals(known.box))) {
      throw secretsError(
        'SECRETS_KEY_WRONG',
        `${places.privateKeyFile} is not the key that secrets were sealed for`,
      );
    }
    finishRotation(places, known.keyId);
    if (!signer.equals(known.signer)) {
      throw secretsError(
        'SECRETS_KEY_WRONG',
        `${signingKeyFile(places)} is not the key that signed the secrets`,
      );
    }
    return { keyId: known.keyId };
  } finally {
    wipeKeys(keys);
  }
}

/** A rotation that was killed when it was all but done: sealing is for the next key already. */
function finishRotation(places: KeyPlaces, keyId: string): void {
  const next = readPrivateKey(nextKeyFile(places));
  if (next === undefined) return;
  wipeKeys([next]);
  if (next.keyId === keyId) moveKeyFile(nextKeyFile(places), places.privateKeyFile);
}

/** 32 random bytes in a 0600 file; of processes that race for it the first wins. */
export function makeSeed(file: string): void {
  if (existsSync(file)) return;
  const seed = sodium.sodium_malloc(32);
  sodium.randombytes_buf(seed);
  const fresh = `${file}.new-${process.pid}`;
  const fd = openSync(fresh, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600);
  try {
    writeSync(fd, seed);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
    sodium.sodium_memzero(seed);
  }
  try {
    linkSync(fresh, file);
  } catch (error) {
    if (readKeyFile(file) === undefined) throw error;
  } finally {
    unlinkSync(fresh);
  }
}

function missing(places: KeyPlaces): Error {
  return secretsError(
    'SECRETS_KEY_MISSING',
    `the private key of the secret store is missing: ${places.privateKeyFile}`,
  );
}
