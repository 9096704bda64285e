import { AuditLog, SCANNER, ScannedValue, systemContext } from '@gatehouse/audit';
import {
  AppError,
  type ClientId,
  type JsonObject,
  newId,
  type RequestContext,
  type UserId,
} from '@gatehouse/kernel';
import { Inject, Injectable } from '@nestjs/common';
import type {
  AuthenticationResponseJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from '@simplewebauthn/server';
import { DataSource, type EntityManager } from 'typeorm';
import { hashOf } from '../credentials/opaque-text.ts';
import { identityError } from '../identity-error.ts';
import { RecordedChanges } from '../lifecycle/recorded-changes.service.ts';
import { sessionContext } from '../lifecycle/session-context.ts';
import { spendLink } from '../login-links/login-link.queries.ts';
import { PasskeyProofs } from '../passkeys/passkey-proofs.service.ts';
import { Sessions } from '../sessions/sessions.service.ts';
import { TokenAudiences } from '../tokens/token-audiences.ts';
import { TokenClock } from '../tokens/token-clock.ts';
import { Users } from '../users/users.service.ts';
import {
  answerRequest,
  insertRequest,
  openRequest,
  requestState,
  spendRequest,
} from './operator-request.queries.ts';
import type { OperatorRequest, OperatorRequestProof } from './operator-request.ts';
import { newRequestCode, requestCodeOf } from './request-code.ts';

const LIFETIME_MS = 5 * 60 * 1000;
const OPEN_IN_ALL = 10;
const COMMAND_CHARACTERS = 500;

type Scanner = Parameters<typeof ScannedValue.of>[0];

export interface NewOperatorRequest {
  readonly userId: string | null;
  readonly sessionId: string | null;
  /** The words of the command. Credentials among them are redacted before anything keeps or shows them. */
  readonly command: readonly string[];
  readonly origin: JsonObject;
}

/**
 * The second proof of production, given in a browser (threat T1): a command line asks, and its own person proves on a
 * page that shows the command, by a passkey or a one-time link, who it is. A browser that is logged in proves nothing
 * here: its cookie lies where every process of the operator's can read it. Good once, for that command line.
 */
@Injectable()
export class OperatorRequests {
  constructor(
    private readonly dataSource: DataSource,
    private readonly users: Users,
    private readonly sessions: Sessions,
    private readonly passkeys: PasskeyProofs,
    private readonly changes: RecordedChanges,
    private readonly audit: AuditLog,
    private readonly audiences: TokenAudiences,
    private readonly clock: TokenClock,
    @Inject(SCANNER) private readonly scanner: Scanner,
  ) {}

  /** Waits for five minutes. @throws AppError `IDENTITY_PROOF_REQUESTS_FULL` where ten are open */
  async ask({ userId, sessionId, command, origin }: NewOperatorRequest): Promise<OperatorRequest> {
    const createdAt = new Date(this.clock.now());
    const request: OperatorRequest = {
      id: newId(),
      code: newRequestCode(),
      userId,
      sessionId,
      command: this.#shown(command),
      origin,
      createdAt,
      expiresAt: new Date(createdAt.getTime() + LIFETIME_MS),
    };
    const added = await this.dataSource.transaction((manager) =>
      insertRequest(manager, request, OPEN_IN_ALL),
    );
    if (!added) throw identityError('IDENTITY_PROOF_REQUESTS_FULL');
    return request;
  }

  /** The page at which it is answered. The code in it opens nothing by itself. */
  addressOf({ code }: OperatorRequest): string {
    return `${this.audiences.issuer}/login/prove?code=${code}`;
  }

  /** The one that waits with the code. @throws AppError `IDENTITY_PROOF_REQUEST_UNKNOWN` */
  async get(typed: string): Promise<OperatorRequest> {
    return this.#open(this.dataSource.manager, typed);
  }

  /** False while it waits. @throws AppError `IDENTITY_PROOF_REFUSED`, `IDENTITY_PROOF_OVER` */
  async isProven(id: string): Promise<boolean> {
    const state = await requestState(this.dataSource, id, new Date(this.clock.now()));
    if (state === 'refused') throw identityError('IDENTITY_PROOF_REFUSED');
    if (state === 'over') throw identityError('IDENTITY_PROOF_OVER');
    return state === 'proven';
  }

  /** Uses up what that user proved. @throws AppError `IDENTITY_PROOF_WRONG` where there is nothing to use up */
  async spend(id: string, userId: string | null): Promise<void> {
    const spent = await spendRequest(this.dataSource, id, userId, new Date(this.clock.now()));
    if (!spent) throw identityError('IDENTITY_PROOF_WRONG');
  }

  /** What a browser is asked. @throws AppError `IDENTITY_PROOF_REQUEST_UNKNOWN` */
  async passkeyOptions(typed: string): Promise<PublicKeyCredentialRequestOptionsJSON> {
    const { id } = await this.get(typed);
    return this.passkeys.options({ operatorRequestId: id });
  }

  /** @throws AppError `IDENTITY_PROOF_REQUEST_UNKNOWN`, `IDENTITY_PASSKEY_REFUSED` */
  proveByPasskey(typed: string, response: AuthenticationResponseJSON): Promise<OperatorRequest> {
    return this.#prove(typed, 'passkey', 'IDENTITY_PASSKEY_REFUSED', (manager, now, { id }) =>
      this.passkeys.verify(manager, response, { operatorRequestId: id }, now),
    );
  }

  /** Spends a one-time link of the user. @throws AppError `IDENTITY_PROOF_REQUEST_UNKNOWN`, `IDENTITY_LINK_REFUSED` */
  proveByLink(typed: string, link: string): Promise<OperatorRequest> {
    return this.#prove(typed, 'link', 'IDENTITY_LINK_REFUSED', async (manager, now) => {
      const userId = await spendLink(manager, hashOf(link), now);
      if (userId === null) throw identityError('IDENTITY_LINK_REFUSED');
      return { userId };
    });
  }

  /** Ends the waiting with a no; whoever sees the page may say it. @throws AppError `IDENTITY_PROOF_REQUEST_UNKNOWN` */
  async refuse(typed: string): Promise<void> {
    const request = await this.get(typed);
    await this.#recordRefusal(request, 'REFUSED');
    await answerRequest(this.dataSource, request.id, null, new Date(this.clock.now()));
  }

  async #prove(
    typed: string,
    proof: OperatorRequestProof,
    refusal: 'IDENTITY_PASSKEY_REFUSED' | 'IDENTITY_LINK_REFUSED',
    find: (
      manager: EntityManager,
      now: Date,
      request: OperatorRequest,
    ) => Promise<{ readonly userId: string }>,
  ): Promise<OperatorRequest> {
    const known = await this.get(typed);
    try {
      return await this.changes.make(async (manager) => {
        const now = new Date(this.clock.now());
        const request = await this.#open(manager, typed);
        // Whoever else proves to be somebody is not the one who is waited for, and hears no more than that.
        const { userId } = await find(manager, now, request);
        if (userId !== request.userId) throw identityError(refusal);
        const user = await this.users.get(userId);
        if (user.status !== 'active') throw identityError(refusal);
        if (!(await answerRequest(manager, request.id, proof, now)))
          throw identityError('IDENTITY_PROOF_REQUEST_UNKNOWN');
        const actor = await this.#actor(request, userId, user.role);
        const detail = { operatorRequestId: request.id, proof, command: request.command };
        const reason = 'The person at a browser proved to be the one at the command line.';
        return {
          result: request,
          events: [
            { event: 'admin.operator_proven', actor, action: 'operator_requests.prove', reason, detail },
          ],
        };
      });
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== refusal) throw error;
      await this.#recordRefusal(known, error.code);
      throw error;
    }
  }

  #shown(command: readonly string[]): string {
    const { redacted } = ScannedValue.of(this.scanner, [...command]);
    const words = [redacted].flat().filter((word) => typeof word === 'string');
    return words
      .map((word) => (/[\s"]/.test(word) ? JSON.stringify(word) : word))
      .join(' ')
      .slice(0, COMMAND_CHARACTERS);
  }

  async #open(manager: Pick<EntityManager, 'query'>, typed: string): Promise<OperatorRequest> {
    const code = requestCodeOf(typed);
    const found =
      code === undefined ? undefined : await openRequest(manager, code, new Date(this.clock.now()));
    if (found === undefined) throw identityError('IDENTITY_PROOF_REQUEST_UNKNOWN');
    return found;
  }

  async #actor(
    { sessionId }: OperatorRequest,
    userId: string,
    role: Parameters<typeof sessionContext>[1],
  ): Promise<RequestContext> {
    const session = sessionId === null ? null : await this.sessions.find(sessionId);
    if (session !== null) return sessionContext(session, role);
    return systemContext({ userId: userId as UserId, role, clientId: 'browser' as ClientId });
  }

  /** Nobody has proven to be anybody: the row is of nobody. */
  async #recordRefusal({ id, userId, command }: OperatorRequest, code: string): Promise<void> {
    await this.audit.record({
      event: 'login.failed',
      context: systemContext({
        userId: 'anonymous' as UserId,
        role: 'anonymous',
        clientId: 'browser' as ClientId,
      }),
      action: 'operator_requests.prove',
      decision: 'deny',
      policy: 'token_invalid',
      reason: "The operator's second proof was refused.",
      detail: { operatorRequestId: id, userId, command, code },
    });
  }
}
