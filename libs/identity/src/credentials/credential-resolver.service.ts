import { type AgentConfig, CONFIGURATION, type Configuration } from '@gatehouse/config';
import { Inject, Injectable } from '@nestjs/common';
import { apiKeyId, isApiKey } from '../api-keys/api-key.ts';
import { scopesReach } from '../api-keys/api-key-scopes.ts';
import { hookCredentialId, isHookCredential } from '../hook-credentials/hook-credential-text.ts';
import type { SessionKind } from '../sessions/session.ts';
import { AccessTokenVerifier } from '../tokens/access-token-verifier.ts';
import type { Resource } from '../tokens/resource.ts';
import { TokenAudiences } from '../tokens/token-audiences.ts';
import { TokenClock } from '../tokens/token-clock.ts';
import { type CredentialOutcome, refused } from './credential-outcome.ts';
import { matchesHash } from './opaque-text.ts';
import { outcomeOf } from './outcome-of.ts';
import type { Answer } from './recent-memory.ts';
import { SessionMemory } from './session-memory.service.ts';
import type { SessionStanding } from './session-standing.ts';
import { type VerifiedToken, VerifiedTokens } from './verified-tokens.ts';

/** How far the clock of another replica may run ahead of ours: its tokens are ours a moment early. */
const CLOCK_SKEW_MS = 5000;
const MAX_BEARER_CHARACTERS = 2048;
/** Kinds of sessions that access tokens stand on; the others have a credential of their own. */
const BEARS_TOKENS: ReadonlySet<SessionKind> = new Set<SessionKind>(['user', 'agent']);

/**
 * Says who a credential speaks for, at the door of a resource. A right signature opens nothing by itself: role,
 * department, status and agent come from the stored session and user, which are believed for at most one second
 * (threat T20). Never throws; what cannot be verified is refused.
 */
@Injectable()
export class CredentialResolver {
  readonly #tokens: VerifiedTokens;
  readonly #agents: ReadonlyMap<string, AgentConfig>;

  constructor(
    private readonly verifier: AccessTokenVerifier,
    private readonly audiences: TokenAudiences,
    private readonly sessions: SessionMemory,
    private readonly clock: TokenClock,
    @Inject(CONFIGURATION) configuration: Configuration,
  ) {
    this.#tokens = new VerifiedTokens(() => this.clock.monotonicNow());
    this.#agents = configuration.services.agents;
  }

  /**
   * `bearer` is the credential itself, without a scheme; `from` the address it comes from. Answers at once where memory of the session is fresh, and
   * for whatever needs no session to be refused; else with a promise.
   */
  resolve(
    bearer: string | undefined,
    resource: Resource,
    from?: string,
  ): CredentialOutcome | Promise<CredentialOutcome> {
    if (bearer === undefined || bearer === '') return refused('missing');
    if (bearer.length > MAX_BEARER_CHARACTERS) return refused('malformed');
    if (isHookCredential(bearer)) return this.#hookCredential(bearer, resource, from);
    if (isApiKey(bearer)) return this.#apiKey(bearer, resource, from);
    return this.#accessToken(bearer, resource);
  }

  #accessToken(token: string, resource: Resource): CredentialOutcome | Promise<CredentialOutcome> {
    const digest = VerifiedTokens.digestOf(token);
    let verified = this.#tokens.get(digest);
    if (verified === undefined) {
      const verdict = this.verifier.verify(token);
      if (!verdict.ok) return refused(verdict.problem);
      verified = this.#tokens.add(digest, verdict.claims);
    }
    const { claims } = verified;
    const nowMs = this.clock.now();
    if (nowMs >= claims.expiresAtMs || nowMs + CLOCK_SKEW_MS < claims.issuedAtMs) return refused('expired');
    if (!this.audiences.accepts(resource, claims.audience)) return refused('wrong_audience');
    const answer = this.sessions.get(claims.sessionId);
    return answer instanceof Promise
      ? answer.then((late) => this.#tokenOutcome(verified, late))
      : this.#tokenOutcome(verified, answer);
  }

  #tokenOutcome(verified: VerifiedToken, standing: Answer<SessionStanding>): CredentialOutcome {
    if (standing === 'silent') return refused('unverifiable');
    if (standing === undefined) return refused('unknown_session');
    if (verified.standing !== standing || verified.outcome === undefined) {
      verified.outcome = this.#judge(verified, standing);
      verified.standing = standing;
    }
    return this.#inTime(verified.outcome);
  }

  #judge({ claims }: VerifiedToken, standing: SessionStanding): CredentialOutcome {
    const bound =
      BEARS_TOKENS.has(standing.kind) &&
      standing.sessionId === claims.sessionId &&
      standing.userId === claims.userId &&
      standing.clientId === claims.clientId &&
      standing.agentId === claims.agentId &&
      (claims.actors.length === 0 || sameActors(standing.actors, claims.actors)) &&
      isGranted(standing.scopes, claims.scopes);
    if (!bound) return refused('forged');
    if (standing.revokedTokenIds.includes(claims.tokenId)) return refused('revoked');
    const { audience, expiresAtMs } = claims;
    const scopes = claims.scopes ?? standing.scopes;
    return outcomeOf({ kind: 'access_token', audience, expiresAtMs, scopes }, standing, this.#agents);
  }

  #hookCredential(
    bearer: string,
    resource: Resource,
    from: string | undefined,
  ): CredentialOutcome | Promise<CredentialOutcome> {
    const id = hookCredentialId(bearer);
    if (id === undefined) return refused('malformed');
    if (resource !== 'hooks') return refused('wrong_audience');
    const answer = this.sessions.getOfOpaque({ text: bearer, id, from });
    return answer instanceof Promise
      ? answer.then((late) => this.#hookOutcome(bearer, late))
      : this.#hookOutcome(bearer, answer);
  }

  #hookOutcome(bearer: string, standing: Answer<SessionStanding>): CredentialOutcome {
    if (standing === 'silent') return refused('unverifiable');
    if (standing?.kind !== 'hook' || standing.credentialHash === null) return refused('unknown_session');
    if (!matchesHash(bearer, standing.credentialHash)) return refused('forged');
    const audience = this.audiences.hooks;
    const { expiresAtMs } = standing;
    return this.#inTime(
      outcomeOf({ kind: 'hook_credential', audience, expiresAtMs, scopes: null }, standing, this.#agents),
    );
  }

  #apiKey(
    bearer: string,
    resource: Resource,
    from: string | undefined,
  ): CredentialOutcome | Promise<CredentialOutcome> {
    const id = apiKeyId(bearer);
    if (id === undefined) return refused('malformed');
    const audience = this.audiences.of(resource);
    if (audience === undefined) return refused('wrong_audience');
    const answer = this.sessions.getOfOpaque({ text: bearer, id, from });
    return answer instanceof Promise
      ? answer.then((late) => this.#keyOutcome({ bearer, resource, audience }, late))
      : this.#keyOutcome({ bearer, resource, audience }, answer);
  }

  #keyOutcome(
    { bearer, resource, audience }: { bearer: string; resource: Resource; audience: string },
    standing: Answer<SessionStanding>,
  ): CredentialOutcome {
    if (standing === 'silent') return refused('unverifiable');
    if (standing?.kind !== 'key' || standing.credentialHash === null) return refused('unknown_session');
    if (!matchesHash(bearer, standing.credentialHash)) return refused('forged');
    const { expiresAtMs, scopes } = standing;
    if (scopes === null || !scopesReach(scopes, resource)) return refused('wrong_audience');
    return this.#inTime(
      outcomeOf({ kind: 'api_key', audience, expiresAtMs, scopes }, standing, this.#agents),
    );
  }

  #inTime(outcome: CredentialOutcome): CredentialOutcome {
    return outcome.ok && this.clock.now() >= outcome.principal.expiresAtMs ? refused('expired') : outcome;
  }
}

function sameActors(stored: readonly string[], claimed: readonly string[]): boolean {
  return stored.length === claimed.length && stored.every((actor, at) => actor === claimed[at]);
}

/** A token never carries more than its session was granted, whoever signed it. */
function isGranted(granted: readonly string[] | null, claimed: readonly string[] | null): boolean {
  return granted === null || claimed === null || claimed.every((scope) => granted.includes(scope));
}
