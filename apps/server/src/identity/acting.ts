import { contextOf } from '@gatehouse/governance';
import type { Principal } from '@gatehouse/identity';
import { AppError, type RequestContext } from '@gatehouse/kernel';

/** Whose rows the changes are that a caller of the API makes. */
export function actorOf(caller: Principal): RequestContext {
  return contextOf({ ok: true, principal: caller }, {});
}

/** A credential does not make another one that outlives it. @throws AppError `API_KEY_FORBIDDEN` */
export function refuseKeys(caller: Principal): void {
  if (caller.kind !== 'api_key') return;
  throw new AppError('API_KEY_FORBIDDEN', 'An API key makes no other API key: log in for that.');
}
