import { mayAct } from '@gatehouse/identity';
import { type Check, fail, pass } from './check.ts';

/** 2. What the token was granted, the role, the server's lists and the agent's own all have to allow the tool. */
export const checkScope: Check = {
  rule: 'scope',
  run({ credential, call, policy }) {
    if (!credential.ok) return fail('token_invalid', 'The caller is unknown.', 'no principal');
    const { principal } = credential;
    if (!mayAct(principal))
      return fail(
        'scope_denied',
        'The access token was not granted this.',
        `scopes: ${principal.scopes?.join(' ')}`,
      );
    const verdict = policy.access.mayCall(principal, call.action, call.server);
    if (verdict.allowed) return pass(verdict.detail);
    const who = principal.agentId === null ? `The role ${principal.role}` : 'This agent';
    return fail('scope_denied', `${who} may not call this tool.`, verdict.detail);
  },
};
