import { createHash } from 'node:crypto';
import { plainRequest } from './plain-request.ts';

/** A credential of its own for each field. */
export function canaryOf(field: string): string {
  const digits = createHash('sha256')
    .update(field)
    .digest('base64')
    .replaceAll(/[^A-Za-z0-9]/g, 'q');
  return `ghp_${digits.slice(0, 36)}`;
}
/** Enough of it to use, whatever was cut or put around it. */
export const bodyOf = (canary: string) => canary.slice(8, 26);

export interface Sent {
  readonly method?: string;
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
  /** `MCP`: a token good for the server filesystem; left out: one of an administrator's for the API. */
  readonly bearer?: string;
}

/** The whole answer, headers first. `token`: an administrator's for the API; `mcpToken`: for the server filesystem. */
export async function sendCanary(
  { port, token, mcpToken }: { readonly port: number; readonly token: string; readonly mcpToken: string },
  { method = 'POST', path, body, headers = {}, bearer = token }: Sent,
): Promise<string> {
  const text = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body);
  // The pages take what their own forms send.
  const ours = path.startsWith('/login') ? { origin: `http://localhost:${port}` } : {};
  const answer = await plainRequest(port, {
    method,
    path,
    headers: {
      authorization: `Bearer ${bearer === 'MCP' ? mcpToken : bearer}`,
      'content-type': 'application/json',
      ...ours,
      ...headers,
    },
    ...(text === undefined ? {} : { body: text }),
  });
  return JSON.stringify(answer.headers) + answer.text;
}
