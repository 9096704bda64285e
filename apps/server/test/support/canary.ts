import { createHash } from 'node:crypto';

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
