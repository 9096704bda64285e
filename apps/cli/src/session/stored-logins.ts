import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { type Installation, prepareKeyFolder } from '@gatehouse/config';
import { cliError } from '../errors/cli-error.ts';

/** Who is logged in at this command line, and the sessions it has opened, by e-mail address. No token is kept. */
export interface StoredLogins {
  readonly current: string | null;
  readonly sessions: Readonly<Record<string, string>>;
}

const NOBODY: StoredLogins = { current: null, sessions: {} };

/** The file of the key folder (threat T27) that keeps them for one profile. */
export class StoredLoginsFile {
  readonly #installation: Installation;
  readonly #path: string;

  constructor(installation: Installation, profile: string) {
    this.#installation = installation;
    this.#path = join(installation.keyDir, `cli-logins-${profile}.json`);
  }

  /** @throws AppError `CLI_SESSION_FILE` when others could have written it, or it is not what we wrote */
  read(): StoredLogins {
    const text = this.#readOwn();
    if (text === null) return NOBODY;
    try {
      const stored: unknown = JSON.parse(text);
      if (isStoredLogins(stored)) return stored;
    } catch {
      // Told below, as any other content that we did not write.
    }
    throw this.#unusable('does not hold what was written to it');
  }

  write(logins: StoredLogins): void {
    prepareKeyFolder(this.#installation.keyDir);
    const temporary = `${this.#path}.${process.pid}`;
    rmSync(temporary, { force: true });
    writeFileSync(temporary, `${JSON.stringify(logins)}\n`, { mode: 0o600, flag: 'wx' });
    renameSync(temporary, this.#path);
  }

  #readOwn(): string | null {
    let fd: number;
    try {
      fd = openSync(this.#path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
      throw this.#unusable('cannot be opened');
    }
    try {
      const { mode, uid } = fstatSync(fd);
      if ((mode & 0o077) !== 0) throw this.#unusable('is open to other users');
      if (uid !== (process.geteuid?.() ?? uid)) throw this.#unusable('belongs to another user');
      return readFileSync(fd, 'utf8');
    } finally {
      closeSync(fd);
    }
  }

  #unusable(why: string): Error {
    return cliError('CLI_SESSION_FILE', {
      message: `${this.#path} ${why}`,
      hint: 'Remove it and log in again.',
    });
  }
}

function isStoredLogins(value: unknown): value is StoredLogins {
  if (typeof value !== 'object' || value === null) return false;
  if (!('current' in value) || !('sessions' in value)) return false;
  const { current, sessions } = value;
  return (
    (current === null || typeof current === 'string') &&
    typeof sessions === 'object' &&
    sessions !== null &&
    Object.values(sessions).every((id) => typeof id === 'string')
  );
}
