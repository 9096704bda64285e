import { listingScope, mayAct, type Principal, serverScope } from '@gatehouse/identity';
import type { PostedMessage } from '../wire/posted-message.ts';
import { readGoverned } from './governed-method.ts';

/**
 * The scope that a message needs and the token was not granted, or null. To look around takes less than to call; a
 * token that is bound to no scopes may do both. The calls of a batch are each decided by themselves.
 */
export function missingScope(caller: Principal, server: string, posted: PostedMessage): string | null {
  if (mayAct(caller)) return null;
  const request = posted.kind === 'request' || posted.kind === 'modern_request' ? posted.request : undefined;
  const acts = request !== undefined && readGoverned(request.method, request.params) !== undefined;
  if (acts) return serverScope(server);
  return caller.scopes?.includes(listingScope(server)) === true ? null : listingScope(server);
}
