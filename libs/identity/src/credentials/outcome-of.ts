import type { AgentConfig } from '@gatehouse/config';
import { objectionTo } from '../agents/agent-permit.ts';
import { type CredentialOutcome, type HookBinding, type Principal, refused } from './credential-outcome.ts';
import type { SessionStanding } from './session-standing.ts';

export interface Credential {
  readonly kind: Principal['kind'];
  readonly audience: string;
  readonly expiresAtMs: number;
  readonly scopes: readonly string[] | null;
}

/** What a genuine credential is worth, given how its session stands. Time is the caller's to check, on every use. */
export function outcomeOf(
  credential: Credential,
  standing: SessionStanding,
  agents: ReadonlyMap<string, AgentConfig>,
): CredentialOutcome {
  if (!standing.userActive) return refused('user_inactive');
  if (standing.revoked) return refused('revoked');
  const acting: AgentConfig[] = [];
  for (const id of actorsOf(standing)) {
    const agent = agents.get(id);
    if (agent === undefined || objectionTo(agent, standing.role) !== undefined)
      return refused('agent_refused');
    acting.push(agent);
  }
  const principal: Principal = {
    kind: credential.kind,
    userId: standing.userId,
    sessionId: standing.sessionId,
    rootSessionId: standing.rootSessionId,
    clientId: standing.clientId,
    role: standing.role,
    department: standing.department,
    agentId: standing.agentId,
    agents: Object.freeze(acting),
    scopes: credential.scopes,
    audience: credential.audience,
    expiresAtMs: Math.min(credential.expiresAtMs, standing.expiresAtMs),
    hook: bindingOf(standing),
  };
  return Object.freeze({ ok: true, principal: Object.freeze(principal) });
}

/** A hook credential's agent acts alone. */
function actorsOf({ actors, agentId }: SessionStanding): readonly string[] {
  return actors.length > 0 || agentId === null ? actors : [agentId];
}

function bindingOf({ hookDeviceId, hookSettingsHash }: SessionStanding): HookBinding | null {
  if (hookDeviceId === null) return null;
  return Object.freeze({ deviceId: hookDeviceId, settingsHash: hookSettingsHash });
}
