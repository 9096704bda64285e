import { isJsonObject, type JsonValue } from '@gatehouse/kernel';
import { identityError } from '../identity-error.ts';

const CHALLENGE = /^[A-Za-z0-9_-]{43}$/;
const MAX_CHARACTERS = 8192;

/**
 * The challenge that an answer claims to answer (WebAuthn section 5.8.1), so that it can be looked up; that the
 * answer is genuine is checked after. @throws AppError `IDENTITY_PASSKEY_REFUSED`
 */
export function challengeOf(answer: { readonly response?: { readonly clientDataJSON?: unknown } }): string {
  const encoded = answer.response?.clientDataJSON;
  if (typeof encoded !== 'string' || encoded.length > MAX_CHARACTERS)
    throw identityError('IDENTITY_PASSKEY_REFUSED');
  let data: JsonValue;
  try {
    data = JSON.parse(Buffer.from(encoded, 'base64url').toString('utf8')) as JsonValue;
  } catch {
    throw identityError('IDENTITY_PASSKEY_REFUSED');
  }
  const challenge = isJsonObject(data) ? data.challenge : undefined;
  if (typeof challenge !== 'string' || !CHALLENGE.test(challenge))
    throw identityError('IDENTITY_PASSKEY_REFUSED');
  return challenge;
}
