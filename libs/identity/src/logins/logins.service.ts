import { AuditLog, systemContext } from '@gatehouse/audit';
import { AppError, type ClientId, isCorrelationId, type UserId } from '@gatehouse/kernel';
import { Injectable } from '@nestjs/common';
import { SessionMemory } from '../credentials/session-memory.service.ts';
import { identityError } from '../identity-error.ts';
import type { LifecycleEvent } from '../lifecycle/lifecycle-event.ts';
import { RecordedChanges } from '../lifecycle/recorded-changes.service.ts';
import { openSession } from '../sessions/open-session.ts';
import type { Session } from '../sessions/session.ts';
import { sessionLength } from '../sessions/sessions.service.ts';
import { TokenClock } from '../tokens/token-clock.ts';
import type { User } from '../users/user.ts';
import { Users } from '../users/users.service.ts';
import { LoginProof } from './login-proof.ts';
import type { SecondProof } from './second-proof.ts';

const ACTION = 'logins.login';

export interface LoginRequest {
  readonly email: string;
  readonly clientId: string;
  readonly durationMs?: number;
  readonly proof?: SecondProof;
}

export interface Login {
  readonly user: User;
  readonly session: Session;
}

/** Turns an e-mail address and its proof into a session. Every attempt is a row. */
@Injectable()
export class Logins {
  constructor(
    private readonly users: Users,
    private readonly proof: LoginProof,
    private readonly changes: RecordedChanges,
    private readonly audit: AuditLog,
    private readonly memory: SessionMemory,
    private readonly clock: TokenClock,
  ) {}

  /**
   * @throws AppError `IDENTITY_LOGIN_REFUSED` alike for an unknown, suspended and deleted user,
   *   what `LoginProof.check` and `Sessions.open` throw
   */
  async login(request: LoginRequest): Promise<Login> {
    if (!isCorrelationId(request.clientId)) throw identityError('IDENTITY_CLIENT_INVALID');
    const lengthMs = sessionLength(request.durationMs);
    const user = await this.users.find(request.email);
    try {
      // The proof first: who has none learns nothing of who exists.
      await this.proof.check({ user, ...(request.proof === undefined ? {} : { proof: request.proof }) });
      if (user?.status !== 'active') throw identityError('IDENTITY_LOGIN_REFUSED');
      return { user, session: await this.#open(user.id, request.clientId, lengthMs) };
    } catch (error) {
      if (error instanceof AppError && error.code.startsWith('IDENTITY_')) {
        await this.#recordFailure(user, request.clientId, error.code);
      }
      throw error;
    }
  }

  async #open(userId: UserId, clientId: string, lengthMs: number): Promise<Session> {
    const wanted = { userId, clientId, lengthMs, kind: 'user', action: ACTION } as const;
    const opened = await this.changes.make(async (manager) => {
      const result = await openSession(manager, wanted, this.clock.now());
      const { actor, session } = result;
      const detail = { userId, sessionId: session.id };
      const reason = 'The user logged in.';
      const succeeded: LifecycleEvent = { event: 'login.succeeded', actor, action: ACTION, reason, detail };
      return { result, events: [succeeded, ...result.events] };
    });
    this.memory.forget(opened.revokedIds);
    return opened.session;
  }

  /** Nobody has proven to be that user: the row is of nobody, and names the user it was about, if there is one. */
  async #recordFailure(user: User | null, clientId: string, code: string): Promise<void> {
    await this.audit.record({
      event: 'login.failed',
      context: systemContext({
        userId: 'anonymous' as UserId,
        role: 'anonymous',
        clientId: clientId as ClientId,
      }),
      action: ACTION,
      decision: 'deny',
      policy: 'token_invalid',
      reason: 'The login was refused.',
      detail: { userId: user?.id ?? null, code },
    });
  }
}
