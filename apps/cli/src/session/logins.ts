import type { Configuration } from '@gatehouse/config';
import {
  FirstUsers,
  isLive,
  Logins,
  OperatorProofs,
  type SecondProof,
  type Session,
  Sessions,
  sessionContext,
  type User,
  Users,
} from '@gatehouse/identity';
import { systemClock } from '@gatehouse/kernel';
import type { INestApplicationContext } from '@nestjs/common';
import { cliError } from '../errors/cli-error.ts';
import { actingCaller } from './acting-caller.ts';
import { StoredLoginsFile } from './stored-logins.ts';

const CLIENT_ID = 'gatehouse-cli';
const FIRST_ADMIN = 'admin@localhost';

export interface Login {
  readonly user: User;
  readonly session: Session;
}

export interface LoginWish {
  readonly email: string;
  /** Open a session even where a stored one is good. */
  readonly forceNew?: boolean;
  readonly durationMs?: number;
  /** In production nothing is opened, nor used again for a token, without it. */
  readonly proof?: SecondProof | undefined;
  /** Later commands run as this user. */
  readonly makeCurrent: boolean;
}

/** The sessions of this command line: found again by e-mail address while they live, opened where there is none. */
export class CommandLineLogins {
  readonly #app: INestApplicationContext;
  readonly #configuration: Configuration;
  readonly #file: StoredLoginsFile;

  constructor(app: INestApplicationContext, configuration: Configuration) {
    this.#app = app;
    this.#configuration = configuration;
    this.#file = new StoredLoginsFile(configuration.installation, configuration.profile.name);
  }

  /**
   * Who runs this command. In evaluation mode the first admin, where nobody is logged in.
   * @throws AppError `CLI_LOGIN_REQUIRED`
   */
  async current(): Promise<Login> {
    const acting = actingCaller();
    if (acting !== null) return this.#ofCaller(acting.sessionId);
    const { current } = this.#file.read();
    const found = current === null ? null : await this.#stored(current);
    if (found !== null) return found;
    if (this.#configuration.profile.mode === 'evaluation' && (current === null || current === FIRST_ADMIN)) {
      return this.login({ email: FIRST_ADMIN, makeCurrent: true });
    }
    const email = current ?? FIRST_ADMIN;
    throw cliError('CLI_LOGIN_REQUIRED', {
      message: current === null ? 'you are not logged in' : 'your session has ended',
      hint: `Log in with: gatehouse admin session login --email ${email}`,
    });
  }

  /** The live stored session of that user, or else a new one. @throws AppError what `Logins.login` throws */
  async login({ email, forceNew = false, durationMs, proof, makeCurrent }: LoginWish): Promise<Login> {
    const key = email.trim().toLowerCase();
    const stored = forceNew || durationMs !== undefined ? null : await this.#stored(key);
    if (stored !== null && this.#configuration.profile.mode === 'production') {
      const actor = sessionContext(stored.session, stored.user.role);
      await this.#app.get(OperatorProofs).confirm(proof, actor);
    }
    const login = stored ?? (await this.#open(key, durationMs, proof));
    const { current, sessions } = this.#file.read();
    this.#file.write({
      current: makeCurrent ? key : current,
      sessions: { ...sessions, [key]: login.session.id },
    });
    return login;
  }

  /** Later commands run as this user. @throws AppError `CLI_LOGIN_REQUIRED` where no live session of theirs is stored */
  async switchTo(email: string): Promise<Login> {
    const key = email.trim().toLowerCase();
    const found = await this.#stored(key);
    if (found === null) {
      throw cliError('CLI_LOGIN_REQUIRED', {
        message: 'this command line holds no live session of that user',
        hint: `Log in with: gatehouse admin session login --email ${key}`,
      });
    }
    this.#file.write({ ...this.#file.read(), current: key });
    return found;
  }

  /** Forgets ended sessions. Whoever was logged in by one of them no longer is. */
  forget(sessionIds: ReadonlySet<string>): void {
    const { current, sessions } = this.#file.read();
    const kept = Object.fromEntries(Object.entries(sessions).filter(([, id]) => !sessionIds.has(id)));
    this.#file.write({ current: current !== null && current in kept ? current : null, sessions: kept });
  }

  forgetUser(email: string): void {
    const id = this.#file.read().sessions[email];
    if (id !== undefined) this.forget(new Set([id]));
  }

  /** A caller for whom the server runs this command. */
  async #ofCaller(sessionId: string): Promise<Login> {
    const found = await this.#live(sessionId);
    if (found !== null) return found;
    throw cliError('CLI_LOGIN_REQUIRED', { message: 'the session that this runs for has ended' });
  }

  async #stored(email: string): Promise<Login | null> {
    const id = this.#file.read().sessions[email];
    return id === undefined ? null : this.#live(id);
  }

  async #live(id: string): Promise<Login | null> {
    const session = await this.#app.get(Sessions).find(id);
    if (session === null || !isLive(session, systemClock.now())) return null;
    const user = await this.#app.get(Users).find(session.userId);
    return user?.status === 'active' ? { user, session } : null;
  }

  async #open(email: string, durationMs: number | undefined, proof: SecondProof | undefined): Promise<Login> {
    const firstUsers = this.#app.get(FirstUsers);
    if ((await firstUsers.ensureFirstAdmin()).length > 0) await firstUsers.seedSampleWorld();
    return this.#app.get(Logins).login({
      email,
      clientId: CLIENT_ID,
      ...(durationMs === undefined ? {} : { durationMs }),
      ...(proof === undefined ? {} : { proof }),
    });
  }
}
