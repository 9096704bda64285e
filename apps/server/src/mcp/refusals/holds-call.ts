import { isJsonObject, type JsonValue } from '@gatehouse/kernel';
import { isGoverned } from '../methods/governed-method.ts';

/**
 * Whether a message, or one of a batch, asks for something that is decided, by its method alone: a call whose parameters
 * are not valid is one too. Without an id it is a notification, and nothing is done for it.
 */
export function holdsCall(message: JsonValue | undefined): boolean {
  if (Array.isArray(message)) return message.some((one: JsonValue) => isJsonObject(one) && holdsCall(one));
  if (message === undefined || !isJsonObject(message)) return false;
  return typeof message.method === 'string' && message.id !== undefined && isGoverned(message.method);
}
