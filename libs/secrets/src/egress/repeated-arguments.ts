import { isJsonObject, type JsonObject } from '@gatehouse/kernel';
import { headerText } from './routing-headers.ts';

/**
 * A member beside a message's own that tells the egress warden which headers repeat arguments, by their names and as
 * text: only the server knows the tool's schema. It is not sent on.
 */
export const REPEATED_MEMBER = 'gatehouse/repeated';

const NAME = /^mcp-param-[a-z0-9!#$%&'*+.^_`|~-]{1,128}$/;

/** The message as it is sent, and the `Mcp-Param-…` headers that go with it (revision 2026-07-28, SEP-2243). */
export function takeRepeated(message: JsonObject): {
  readonly message: JsonObject;
  readonly headers: Readonly<Record<string, string>>;
} {
  const { [REPEATED_MEMBER]: repeated, ...own } = message;
  if (repeated === undefined) return { message, headers: {} };
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(isJsonObject(repeated) ? repeated : {}))
    if (NAME.test(name) && typeof value === 'string') headers[name] = headerText(value);
  return { message: own, headers };
}
