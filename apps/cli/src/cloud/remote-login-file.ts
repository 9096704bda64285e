import { existsSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Installation, prepareKeyFolder, readOwnSecret } from '@gatehouse/config';
import { cliError } from '../errors/cli-error.ts';

/** A login at another Gatehouse: what that one gave this command line. */
export interface RemoteLogin {
  /** The other one's public URL. */
  readonly issuer: string;
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly expiresAtMs: number;
  readonly userId: string;
  readonly name: string;
  readonly email: string;
}

/** The 0600 file of the key folder (threat T27) that keeps it. */
export class RemoteLoginFile {
  readonly #installation: Installation;
  readonly #path: string;

  constructor(installation: Installation) {
    this.#installation = installation;
    this.#path = join(installation.keyDir, 'cloud-login.json');
  }

  /** @throws AppError `CLI_REMOTE_LOGIN_REQUIRED` where there is none; `CLI_SESSION_FILE`, `CONFIG_SECRET_FILE` */
  read(): RemoteLogin {
    if (!existsSync(this.#path)) {
      throw cliError('CLI_REMOTE_LOGIN_REQUIRED', { hint: 'Log in with: gatehouse cloud auth login URL' });
    }
    try {
      const stored: unknown = JSON.parse(readOwnSecret(this.#path).reveal());
      if (isRemoteLogin(stored)) return stored;
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
    }
    throw cliError('CLI_SESSION_FILE', { message: `${this.#path} does not hold what was written to it` });
  }

  write(login: RemoteLogin): void {
    prepareKeyFolder(this.#installation.keyDir);
    const temporary = `${this.#path}.${process.pid}`;
    rmSync(temporary, { force: true });
    writeFileSync(temporary, `${JSON.stringify(login)}\n`, { mode: 0o600, flag: 'wx' });
    renameSync(temporary, this.#path);
  }

  remove(): void {
    rmSync(this.#path, { force: true });
  }
}

function isRemoteLogin(value: unknown): value is RemoteLogin {
  if (typeof value !== 'object' || value === null) return false;
  const login = value as Record<string, unknown>;
  const texts = ['issuer', 'accessToken', 'refreshToken', 'userId', 'name', 'email'];
  return texts.every((name) => typeof login[name] === 'string') && typeof login.expiresAtMs === 'number';
}
