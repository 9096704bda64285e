import type { AgentConfig } from '@gatehouse/config';
import { objectionTo } from '../agents/agent-permit.ts';
import { type CredentialOutcome, type HookBinding, type Principal, refused } from './credential-outcome.ts';
import type { SessionStanding } from './session-standing.ts';

export interface Credential {
  readonly kind: Principal['kind'];
  readonly audience: string;
  readonly expiresAtMs: number;
}

/** What a genuine credential is worth, given how its session stands. Time is the caller's to check, on every use. */
export function outcomeOf(
  credential: Credential,
  standing: SessionStanding,
  agents: ReadonlyMap<string, AgentConfig>,
): CredentialOutcome {
  if (!standing.userActive) return refused('user_inactive');
  if (standing.revoked) return refused('revoked');
  const agent = standing.agentId === null ? null : agents.get(standing.agentId);
  if (agent === undefined) return refused('agent_refused');
  if (agent !== null && objectionTo(agent, standing.role) !== undefined) return refused('agent_refused');
  const principal: Principal = {
    kind: credential.kind,
    userId: standing.userId,
    sessionId: standing.sessionId,
    rootSessionId: standing.rootSessionId,
    clientId: standing.clientId,
    role: standing.role,
    department: standing.department,
    agentId: standing.agentId,
    agent,
    audience: credential.audience,
    expiresAtMs: Math.min(credential.expiresAtMs, standing.expiresAtMs),
    hook: bindingOf(standing),
  };
  return Object.freeze({ ok: true, principal: Object.freeze(principal) });
}

function bindingOf({ hookDeviceId, hookSettingsHash }: SessionStanding): HookBinding | null {
  if (hookDeviceId === null) return null;
  return Object.freeze({ deviceId: hookDeviceId, settingsHash: hookSettingsHash });
}
