import { secretsError } from '../secrets-error.ts';

const NAME = /^[A-Za-z_][A-Za-z0-9_.-]{0,127}$/;

/** @throws AppError `SECRETS_NAME_REFUSED` */
export function requireSecretName(name: string): string {
  if (!NAME.test(name)) throw secretsError('SECRETS_NAME_REFUSED', 'that is no name for a secret');
  return name;
}
