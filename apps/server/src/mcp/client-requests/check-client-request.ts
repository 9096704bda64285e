import { type Check, fail, pass } from '@gatehouse/governance';
import { isJsonObject, type JsonObject } from '@gatehouse/kernel';
import type { RegisteredServer } from '@gatehouse/mcp-spawner';
import { asksForCredential } from './asks-for-credential.ts';
import { allowedKinds, canBeAsked, kindOf } from './client-request-kinds.ts';

/** Whether a child may ask its client this, after the five checks: by the server's YAML, and by what the client can. */
export function checkClientRequest(
  server: RegisteredServer,
  offered: JsonObject,
  asked: { readonly method: string; readonly params: JsonObject },
): Check {
  return {
    rule: 'client_request',
    run() {
      const { method, params } = asked;
      const kind = kindOf(method, params);
      if (kind === undefined) return deny('The MCP server asks its client for what it may not.', 'unknown');
      if (!allowedKinds(server).includes(kind)) {
        return deny(`The MCP server may not ask its client for ${kind}.`, 'client_requests does not list it');
      }
      if (!canBeAsked(kind, offered)) {
        return deny(`The client cannot be asked for ${kind}.`, 'not among its capabilities');
      }
      if (kind === 'elicitation' && !isForm(params)) return deny('The form is none.', 'no schema');
      if (kind === 'elicitation' && asksForCredential(params)) {
        return deny('The MCP server asks for a credential in a form.', 'a form for a credential');
      }
      if (kind === 'url_elicitation' && !isPlainAddress(params.url)) {
        return deny('The MCP server asks to open an address that is not a plain https one.', 'address');
      }
      return pass(`${kind} is listed`);
    },
  };
}

function deny(reason: string, detail: string) {
  return fail('policy_denied', reason, detail);
}

function isForm({ message, requestedSchema }: JsonObject): boolean {
  return typeof message === 'string' && isJsonObject(requestedSchema);
}

/** https without a name or password in it: what a person sees before it is opened is where it leads. */
function isPlainAddress(url: unknown): boolean {
  if (typeof url !== 'string' || url.length > 2_048 || !URL.canParse(url)) return false;
  const { protocol, username, password } = new URL(url);
  return protocol === 'https:' && username === '' && password === '';
}
