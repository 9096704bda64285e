import { AuditLog, SCANNER, ScannedValue } from '@gatehouse/audit';
import { contextOf, PolicyDecisionPoint } from '@gatehouse/governance';
import { type CredentialOutcome, CredentialResolver } from '@gatehouse/identity';
import type { Scanner } from '@gatehouse/secret-scanner';
import { Inject, Injectable } from '@nestjs/common';
import type { NoteRow } from './hook-door.ts';
import { claimsOf, type HookEvent, textMember } from './hook-event.ts';
import type { HookRequest } from './hook-request.ts';

/** Rows for what a client tells of itself: sessions, prompts, notifications. */
@Injectable()
export class ClientEvents {
  constructor(
    @Inject(PolicyDecisionPoint) private readonly pdp: PolicyDecisionPoint,
    @Inject(CredentialResolver) private readonly credentials: CredentialResolver,
    @Inject(AuditLog) private readonly audit: AuditLog,
    @Inject(SCANNER) private readonly scanner: Scanner,
  ) {}

  async record(request: HookRequest, event: HookEvent, note: NoteRow): Promise<CredentialOutcome> {
    const credential = await this.credentials.resolve(request.bearer, 'hooks', request.remoteAddress);
    if (!this.pdp.admitsEvent(credential, request.remoteAddress)) return credential;
    const { id, seal } = await this.audit.record({
      event: 'client.event',
      context: contextOf(credential, {
        traceparent: request.traceparent,
        taskId: textMember(event.members, 'tool_use_id'),
        contextId: textMember(event.members, 'session_id'),
      }),
      action: event.name,
      decision: credential.ok ? 'allow' : 'deny',
      policy: credential.ok ? 'not_applicable' : 'token_invalid',
      reason: credential.ok
        ? 'The client reported an event.'
        : `An event came without a valid credential (${credential.problem}).`,
      ...(credential.ok ? { input: ScannedValue.of(this.scanner, event.members) } : {}),
      claimed: claimsOf(event.members, request),
    });
    note({ rowId: id, ...(seal === undefined ? {} : { seal }) });
    return credential;
  }
}
