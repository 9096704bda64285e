import { existsSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Installation, prepareKeyFolder, readOwnSecret } from '@gatehouse/config';
import type { Secret } from '@gatehouse/kernel';

/** Argon2id (RFC 9106): 64 MiB, four passes; about a fifth of a second. */
const PASSES = 4;
const MEMORY_BYTES = 64 * 1024 * 1024;

/** The hash of the operator's passphrase, in one 0600 file of the key folder. */
export class PassphraseFile {
  readonly #installation: Installation;
  readonly #path: string;

  constructor(installation: Installation) {
    this.#installation = installation;
    this.#path = join(installation.keyDir, 'operator-passphrase');
  }

  get exists(): boolean {
    return existsSync(this.#path);
  }

  /** Replaces what is there. Who may do that is not decided here. */
  async write(passphrase: Secret<string>): Promise<void> {
    const { default: sodium } = await import('sodium-native');
    const hash = Buffer.alloc(sodium.crypto_pwhash_STRBYTES);
    const bytes = bytesOf(passphrase);
    await sodium.crypto_pwhash_str_async(hash, bytes, PASSES, MEMORY_BYTES);
    bytes.fill(0);
    prepareKeyFolder(this.#installation.keyDir);
    const temporary = `${this.#path}.${process.pid}`;
    rmSync(temporary, { force: true });
    writeFileSync(temporary, `${hash.toString('latin1').replaceAll('\0', '')}\n`, {
      mode: 0o600,
      flag: 'wx',
    });
    renameSync(temporary, this.#path);
  }

  /** @throws AppError `CONFIG_SECRET_FILE` when others could have written the file */
  async matches(passphrase: Secret<string>): Promise<boolean> {
    const { default: sodium } = await import('sodium-native');
    const hash = Buffer.alloc(sodium.crypto_pwhash_STRBYTES);
    hash.write(readOwnSecret(this.#path).reveal(), 'latin1');
    const bytes = bytesOf(passphrase);
    try {
      return await sodium.crypto_pwhash_str_verify_async(hash, bytes);
    } finally {
      bytes.fill(0);
    }
  }
}

/** In one normal form, so that two keyboards spell one passphrase (RFC 8265). */
function bytesOf(passphrase: Secret<string>): Buffer {
  return Buffer.from(passphrase.reveal().normalize('NFC'));
}
