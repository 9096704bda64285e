import { AppError } from '@gatehouse/kernel';

/** Everything that can be wrong with a key or with what the store holds, by its stable code. */
const PROBLEMS = {
  SECRETS_KEY_MISSING:
    'Restore it from where you keep your keys. What was sealed for it stays closed until then.',
  SECRETS_KEY_UNSAFE: 'Only the user who runs Gatehouse may read it: chmod 600.',
  SECRETS_KEY_INVALID: 'A private key is 32 bytes: raw, as 64 hex digits, or in base64.',
  SECRETS_KEY_WRONG: 'Restore the key that this installation was set up with, or set the secrets again.',
  SECRETS_KEY_FIXED: 'Put the new key in place where the key comes from, and set the secrets again.',
  SECRETS_KEEPER_FAILED: undefined,
  SECRETS_VERSION_REFUSED:
    'Somebody changed what the store holds: see the audit log, and set the secret again.',
  SECRETS_UNKNOWN: 'gatehouse cloud secrets list shows what there is.',
  SECRETS_VALUE_REFUSED: undefined,
  SECRETS_NAME_REFUSED: 'Letters, digits, _ . and -, beginning with a letter or _, at most 128 characters.',
} as const;

export type SecretsErrorCode = keyof typeof PROBLEMS;

/** The owner is the operator in every case but a failed keeper. */
export function secretsError(code: SecretsErrorCode, message: string, hint?: string): AppError {
  const told = hint ?? PROBLEMS[code];
  return new AppError(code, message, {
    owner: code === 'SECRETS_KEEPER_FAILED' ? 'gatehouse' : 'operator',
    ...(told === undefined ? {} : { hint: told }),
  });
}

export function isSecretsErrorCode(code: unknown): code is SecretsErrorCode {
  return typeof code === 'string' && Object.hasOwn(PROBLEMS, code);
}
