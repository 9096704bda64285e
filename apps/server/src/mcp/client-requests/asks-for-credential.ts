import type { JsonObject, JsonValue } from '@gatehouse/kernel';
import { isJsonObject } from '@gatehouse/kernel';

const NOUN = [
  'pass ?(?:word|phrase|code|wd)',
  'pwd',
  'secrets?',
  'credentials?',
  '(?:api|access|private|signing|encryption|secret|ssh|license) ?keys?',
  '(?:api|access|auth|authentication|bearer|refresh|session|security|personal(?: access)?|github|gitlab|slack|npm|bot|id) ?tokens?',
  'token$',
  '(?:one ?time|verification|security|login|recovery|backup|two factor|2 ?fa|mfa) ?(?:password|code)s?',
  '(?:otp|totp|pin|cvv|cvc|iban|ssn)s?',
  '(?:credit|debit) ?card',
  'card ?number',
  'social security',
  'seed ?phrase',
  'mnemonic',
].join('|');
const CREDENTIAL = new RegExp(`(?:^| )(?:${NOUN})(?: |$)`, 'm');
const INVISIBLE = /\p{Cf}|\p{Default_Ignorable_Code_Point}|\p{Variation_Selector}/gu;
const MAX_TEXTS = 2_000;

/**
 * Whether a form asks for a credential, in its message, or in a field's name, title, description, choice or format.
 * Clients show such forms as coming from the server; what is typed into one would reach the tool (revision 2025-11-25,
 * "Elicitation": forms must not ask for sensitive information).
 */
export function asksForCredential(params: JsonObject): boolean {
  const texts: string[] = [];
  collect(params.message, texts);
  collect(params.requestedSchema, texts);
  return texts.length > MAX_TEXTS || texts.some((text) => CREDENTIAL.test(plain(text)));
}

function collect(value: JsonValue | undefined, into: string[]): void {
  if (into.length > MAX_TEXTS) return;
  if (typeof value === 'string') into.push(value);
  else if (Array.isArray(value)) for (const item of value as readonly JsonValue[]) collect(item, into);
  else if (isJsonObject(value)) {
    for (const [key, member] of Object.entries(value)) {
      into.push(key);
      collect(member, into);
    }
  }
}

/** Lower-case words with one space between them, whatever they were written like: `apiKey`, `API_KEY`, `Ａpi key`. */
function plain(text: string): string {
  return text
    .normalize('NFKC')
    .replace(INVISIBLE, '')
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}
