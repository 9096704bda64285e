import type { AgentConfig } from '@gatehouse/config';
import type { AgentId, ClientId, Role, SessionId, UserId } from '@gatehouse/kernel';

/** What a hook credential is bound to beside its user, agent and client (threats T4, T5). */
export interface HookBinding {
  readonly deviceId: string;
  /** SHA-256, hex, of the hooks' settings as installed; null where the client cannot report it. */
  readonly settingsHash: string | null;
}

/** Who a credential speaks for: what the stored session and user say, not what the client says of itself. */
export interface Principal {
  readonly kind: 'access_token' | 'hook_credential' | 'browser_session' | 'api_key';
  readonly userId: UserId;
  readonly sessionId: SessionId;
  /** Its own id, or for an agent's session that of the user's session which it came from. Budgets count here too. */
  readonly rootSessionId: SessionId;
  readonly clientId: ClientId;
  readonly role: Role;
  readonly department: string | null;
  readonly agentId: AgentId | null;
  /** The agents that act for the user, first to last: each of them has to allow a call, and the user (threat T19). */
  readonly agents: readonly AgentConfig[];
  /** What the token is good for at most; null: for whatever the user may do. */
  readonly scopes: readonly string[] | null;
  readonly audience: string;
  /** When the credential or its session ends, whichever is first. */
  readonly expiresAtMs: number;
  /** Of a hook credential; null for a token. */
  readonly hook: HookBinding | null;
}

/**
 * Why a credential is refused. `expired` is outside the time it is good for, before it included;
 * `agent_refused` that the agent is disabled, unknown, or not for this user's role; `unverifiable` that the
 * database did not answer in time.
 */
export type CredentialProblem =
  | 'missing'
  | 'malformed'
  | 'forged'
  | 'expired'
  | 'revoked'
  | 'wrong_audience'
  | 'unknown_session'
  | 'user_inactive'
  | 'agent_refused'
  | 'unverifiable';

export type CredentialOutcome =
  | { readonly ok: true; readonly principal: Principal }
  | { readonly ok: false; readonly problem: CredentialProblem };

const refusals = new Map<CredentialProblem, CredentialOutcome>();

/** One frozen outcome for each problem. */
export function refused(problem: CredentialProblem): CredentialOutcome {
  let outcome = refusals.get(problem);
  if (outcome === undefined) {
    outcome = Object.freeze({ ok: false, problem });
    refusals.set(problem, outcome);
  }
  return outcome;
}
