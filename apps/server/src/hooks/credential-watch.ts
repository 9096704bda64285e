import { AuditLog } from '@gatehouse/audit';
import { contextOf } from '@gatehouse/governance';
import { CredentialResolver, HookPlaces, type Principal, type Sighting } from '@gatehouse/identity';
import { Inject, Injectable } from '@nestjs/common';
import { isForeign } from './check-client.ts';
import { claimsOf, type HookEvent, textMember } from './hook-event.ts';
import type { HookRequest } from './hook-request.ts';

const MAX_CREDENTIALS = 10_000;
/** As many as the database keeps: a credential that was seen in so many places has nothing more to tell. */
const MAX_PLACES = 16;

/**
 * Raises `credential.anomaly` where a hook credential is used from a second device (threat T4): one that says it is
 * another, or, where a request does not say which, another network or another program. One row for each place that a
 * credential is seen in anew, whichever server sees it: the places are in the database, and known ones in memory.
 */
@Injectable()
export class CredentialWatch {
  readonly #known = new Map<string, Set<string>>();

  constructor(
    @Inject(CredentialResolver) private readonly credentials: CredentialResolver,
    @Inject(AuditLog) private readonly audit: AuditLog,
    @Inject(HookPlaces) private readonly places: HookPlaces,
  ) {}

  /** Resolves when the row, if there is one, is committed or could not be. Undefined where there is nothing to see. */
  see(request: HookRequest, event: HookEvent): Promise<void> | undefined {
    return request.credentialId === undefined ? undefined : this.#look(request, event);
  }

  async #look(request: HookRequest, event: HookEvent): Promise<void> {
    const credential = await this.credentials.resolve(request.bearer, 'hooks', request.remoteAddress);
    if (!credential.ok || credential.principal.hook === null) return;
    const foreign = isForeign(credential.principal.hook, request.client);
    if (!(await this.#isNew(credential.principal, request, foreign))) return;
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

  async #isNew({ sessionId, hook }: Principal, request: HookRequest, foreign: boolean): Promise<boolean> {
    const { device } = request.client;
    const own = device !== undefined && !foreign;
    // The device that the credential is bound to may move between networks.
    const place = own ? `device ${hook?.deviceId}` : foreign ? `device ${device}` : placeOf(request);
    const known = this.#knownOf(sessionId);
    if (known.has(place) || known.size >= MAX_PLACES) return false;
    known.add(place);
    const sighting = await this.#sighting(sessionId, place, known);
    return !own && (sighting === 'another' || (foreign && sighting === 'first'));
  }

  /** Where the database does not say, what this server has seen itself has to do. */
  async #sighting(credentialId: string, place: string, known: ReadonlySet<string>): Promise<Sighting> {
    try {
      return await this.places.note(credentialId, place);
    } catch {
      return known.size > 1 ? 'another' : 'first';
    }
  }

  #knownOf(sessionId: string): Set<string> {
    const known = this.#known.get(sessionId) ?? new Set();
    if (!this.#known.has(sessionId) && this.#known.size >= MAX_CREDENTIALS) {
      const [oldest] = this.#known.keys();
      this.#known.delete(oldest!);
    }
    this.#known.set(sessionId, known);
    return known;
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
