import { AuditLog } from '@gatehouse/audit';
import { contextOf } from '@gatehouse/governance';
import { CredentialResolver, type Principal } from '@gatehouse/identity';
import { Inject, Injectable } from '@nestjs/common';
import { isForeign } from './check-client.ts';
import { claimsOf, type HookEvent, textMember } from './hook-event.ts';
import type { HookRequest } from './hook-request.ts';

const MAX_CREDENTIALS = 10_000;
/** Once so many places are on record there is nothing more to learn from another. */
const MAX_PLACES = 16;

/**
 * Raises `credential.anomaly` where a hook credential is used from a second device (threat T4): one that says it is
 * another, or, where a request does not say which, another network or another program. One row for each place that a
 * credential is seen in anew.
 */
@Injectable()
export class CredentialWatch {
  readonly #places = new Map<string, Set<string>>();

  constructor(
    @Inject(CredentialResolver) private readonly credentials: CredentialResolver,
    @Inject(AuditLog) private readonly audit: AuditLog,
  ) {}

  /** Resolves when the row, if there is one, is committed or could not be. Undefined where there is nothing to see. */
  see(request: HookRequest, event: HookEvent): Promise<void> | undefined {
    return request.credentialId === undefined ? undefined : this.#look(request, event);
  }

  async #look(request: HookRequest, event: HookEvent): Promise<void> {
    const credential = await this.credentials.resolve(request.bearer, 'hooks');
    if (!credential.ok || credential.principal.hook === null) return;
    const foreign = isForeign(credential.principal.hook, request.client);
    if (!this.#isNew(credential.principal, request, foreign)) return;
    const { members } = event;
    await this.audit
      .record({
        event: 'credential.anomaly',
        context: contextOf(credential, {
          traceparent: request.traceparent,
          taskId: textMember(members, 'tool_use_id'),
          contextId: textMember(members, 'session_id'),
        }),
        action: 'hook_credentials.use',
        decision: foreign ? 'deny' : 'allow',
        policy: foreign ? 'policy_denied' : 'not_applicable',
        reason: foreign
          ? 'A hook credential was used from another device than it is bound to.'
          : 'A hook credential was used from a second network or by a second program.',
        claimed: claimsOf(members, request),
      })
      // The call itself is decided and recorded elsewhere; a row that is lost here is counted in the gap row.
      .catch(() => undefined);
  }

  #isNew({ sessionId, hook }: Principal, request: HookRequest, foreign: boolean): boolean {
    const { device } = request.client;
    const own = device !== undefined && !foreign;
    // The device that the credential is bound to may move between networks.
    const place = own ? `device ${hook?.deviceId}` : foreign ? `device ${device}` : placeOf(request);
    const places = this.#placesOf(sessionId);
    if (places.has(place) || places.size >= MAX_PLACES) return false;
    places.add(place);
    return !own && (foreign || places.size > 1);
  }

  #placesOf(sessionId: string): Set<string> {
    const places = this.#places.get(sessionId) ?? new Set();
    if (!this.#places.has(sessionId) && this.#places.size >= MAX_CREDENTIALS) {
      const [oldest] = this.#places.keys();
      this.#places.delete(oldest!);
    }
    this.#places.set(sessionId, places);
    return places;
  }
}

/** The network (the first 24 bits of an IPv4 address, 48 of an IPv6 one) and the program without its version. */
function placeOf({ remoteAddress, userAgent }: HookRequest): string {
  const address = remoteAddress.replace(/^::ffff:(?=\d+\.)/, '');
  const loopback = address === '::1' || address.startsWith('127.');
  const parts = address.includes('.') ? address.split('.').slice(0, 3) : address.split(':').slice(0, 3);
  const program = (userAgent ?? '').split(/[/\s(]/, 1)[0]!.slice(0, 64);
  return `network ${loopback ? 'loopback' : parts.join('.')} program ${program}`;
}
