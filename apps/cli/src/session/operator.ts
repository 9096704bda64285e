import {
  GovernancePolicies,
  grantedPermissions,
  holdsPermission,
  type Permission,
  permissionReach,
  type Reach,
} from '@gatehouse/config';
import {
  AccessTokens,
  OperatorProofs,
  type Resource,
  type SecondProof,
  type Session,
  sessionContext,
  type User,
} from '@gatehouse/identity';
import { newTraceId, type RequestContext } from '@gatehouse/kernel';
import type { Type } from '@nestjs/common';
import { cliError } from '../errors/cli-error.ts';
import type { Platform } from '../platform/open-platform.ts';
import { CommandLineLogins } from './logins.ts';

/** The person at the command line: their session, what their role permits, and the services they act through. */
export class Operator {
  readonly user: User;
  readonly session: Session;
  /** The context that this command's rows carry. */
  readonly context: RequestContext;
  readonly platform: Platform;
  readonly logins: CommandLineLogins;

  private constructor(
    platform: Platform,
    logins: CommandLineLogins,
    login: { user: User; session: Session },
  ) {
    this.platform = platform;
    this.logins = logins;
    this.user = login.user;
    this.session = login.session;
    this.context = sessionContext(login.session, login.user.role, { traceId: newTraceId() });
  }

  /** @throws AppError `CLI_LOGIN_REQUIRED`, `CLI_NOT_ALLOWED` */
  static async of(platform: Platform, needed: Permission): Promise<Operator> {
    const logins = new CommandLineLogins(platform.app, platform.configuration);
    const operator = new Operator(platform, logins, await logins.current());
    operator.require(needed);
    return operator;
  }

  /** @throws AppError `IDENTITY_PROOF_…` unless it is the second proof of production */
  prove(proof: SecondProof | undefined): Promise<void> {
    return this.get(OperatorProofs).confirm(proof, this.context);
  }

  may(permission: Permission): boolean {
    return holdsPermission(this.#granted(), permission);
  }

  /** @throws AppError `CLI_NOT_ALLOWED` */
  require(permission: Permission): void {
    if (this.may(permission)) return;
    throw cliError('CLI_NOT_ALLOWED', {
      message: `your role (${this.user.role}) does not allow this command: it needs ${permission}`,
      hint: 'services/governance/roles.yaml says what each role may do.',
    });
  }

  /** Whose things of this kind the operator sees. */
  reach(permission: 'audit:read' | 'sessions:read' | 'sessions:write'): Reach | null {
    return permissionReach(this.#granted(), permission);
  }

  get<T>(service: Type<T> | (abstract new (...args: never[]) => T)): T {
    return this.platform.app.get<T>(service);
  }

  /** An access token of this session. */
  token(resource: Resource): Promise<string> {
    return this.get(AccessTokens).issue({ session: this.session, resource });
  }

  #granted(): readonly string[] {
    return grantedPermissions(this.get(GovernancePolicies).current().roles, this.user);
  }
}
