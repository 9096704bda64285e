import { AuditLog } from '@gatehouse/audit';
import type { Principal } from '@gatehouse/identity';
import {
  type ContextId,
  type JsonObject,
  newId,
  newTraceId,
  RequestContext,
  type TaskId,
} from '@gatehouse/kernel';
import { Injectable } from '@nestjs/common';
import type { Provider } from 'oidc-provider';
import { correlationIdOf } from '../clients/correlation-id-of.ts';
import { Grants } from '../grants/grants.service.ts';
import { IDENTITY_SCOPES } from '../resources/scopes.ts';
import type { AskingClient, WantedAccess } from './wanted-access.ts';

/** Somebody who is logged in at a browser. */
export type Person = Principal;

export interface Answer {
  readonly client: AskingClient;
  readonly wanted: WantedAccess;
  /** Where the answer goes, or `device`. */
  readonly target: string;
}

/** What a person answers to a program that asks, as a grant of its own and as a row. */
@Injectable()
export class GrantedAccess {
  constructor(
    private readonly grants: Grants,
    private readonly audit: AuditLog,
  ) {}

  /** Returns the grant's id. The row is committed first. */
  async allow(provider: Provider, person: Person, answer: Answer): Promise<string> {
    await this.#record(person, answer, 'consent.given', 'The person let the program have access.');
    const { client, wanted } = answer;
    const grant = new provider.Grant({ accountId: person.userId, clientId: client.id });
    const scopes = wanted.scopes.map(({ scope }) => scope);
    const identity = scopes.filter((scope) => IDENTITY_SCOPES.some((known) => known.scope === scope));
    const own = scopes.filter((scope) => !identity.includes(scope));
    if (identity.length > 0) grant.addOIDCScope(identity.join(' '));
    if (wanted.resourceUrl !== null) grant.addResourceScope(wanted.resourceUrl, own.join(' '));
    const id = await grant.save();
    await this.grants.open({
      id,
      userId: person.userId,
      clientId: client.id,
      resource: wanted.resourceUrl,
      scopes,
    });
    return id;
  }

  async refuse(person: Person, answer: Answer): Promise<void> {
    await this.#record(person, answer, 'consent.refused', 'The person refused the program access.');
  }

  async #record(
    person: Person,
    { client, wanted, target }: Answer,
    event: 'consent.given' | 'consent.refused',
    reason: string,
  ): Promise<void> {
    const detail: JsonObject = {
      clientId: correlationIdOf(client.id),
      resource: wanted.resourceUrl,
      scopes: wanted.scopes.map(({ scope }) => scope),
      target,
    };
    await this.audit.record({
      event,
      context: contextOf(person),
      action: 'oauth.consent',
      decision: event === 'consent.given' ? 'allow' : 'deny',
      policy: 'not_applicable',
      reason,
      detail,
      claimed: { client_name: client.name },
    });
  }
}

function contextOf(person: Person): RequestContext {
  const { userId, sessionId, rootSessionId, clientId, role, agentId } = person;
  return RequestContext.of({
    userId,
    sessionId,
    rootSessionId,
    clientId,
    role,
    agentId,
    taskId: newId<TaskId>(),
    traceId: newTraceId(),
    contextId: newId<ContextId>(),
  });
}
