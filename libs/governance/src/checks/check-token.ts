import type { CredentialProblem } from '@gatehouse/identity';
import { type Check, fail, pass } from './check.ts';

const REASONS: Readonly<Record<CredentialProblem, string>> = {
  missing: 'The request carries no access token.',
  malformed: 'The access token is not readable.',
  forged: 'The access token was not issued here.',
  expired: 'The access token has expired.',
  revoked: 'The session behind the access token has ended.',
  wrong_audience: 'The access token was issued for another resource.',
  unknown_session: 'There is no session behind the access token.',
  user_inactive: 'The user behind the access token is not active.',
  agent_refused: 'The agent may not act for this user now.',
  unverifiable: 'The session behind the access token cannot be verified now.',
};

/** 1. A token that was issued here, for this resource, with a live session of an active user behind it. */
export const checkToken: Check = {
  rule: 'token',
  run({ credential }) {
    if (!credential.ok) return fail('token_invalid', REASONS[credential.problem], credential.problem);
    const { kind, agents } = credential.principal;
    const acting = agents.length > 1 ? `, acting: ${agents.map(({ id }) => id).join(' for ')}` : '';
    return pass(`${kind}, session live${acting}`);
  },
};
