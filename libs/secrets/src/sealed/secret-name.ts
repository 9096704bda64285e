import { secretsError } from '../secrets-error.ts';

/** The source of a pattern. */
export const SECRET_NAME = '[A-Za-z_][A-Za-z0-9_.-]{0,127}';
const NAME = new RegExp(`^${SECRET_NAME}$`);

/** @throws AppError `SECRETS_NAME_REFUSED` */
export function requireSecretName(name: string): string {
  if (!NAME.test(name)) throw secretsError('SECRETS_NAME_REFUSED', 'that is no name for a secret');
  return name;
}
