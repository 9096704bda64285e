import { type ApiKey, ApiKeys } from '@gatehouse/identity';
import type { Operator } from '../session/operator.ts';

/** A key of the operator's own, or with the permission anybody's. @throws AppError `CLI_NOT_ALLOWED`, `IDENTITY_API_KEY_UNKNOWN` */
export async function ownKey(operator: Operator, id: string): Promise<ApiKey> {
  const key = await operator.get(ApiKeys).get(id);
  if (key.session.userId !== operator.user.id) operator.require('api-keys:write:all');
  return key;
}
