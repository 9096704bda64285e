import { isJsonObject, type JsonObject } from '@gatehouse/kernel';
import { askServer } from './server-http.ts';

/** How the server says it is; null where nothing answers as one. */
export interface ServerState {
  readonly version: string;
  readonly commit: string;
  readonly ready: boolean;
  /** The body of `/readyz`. */
  readonly readiness: JsonObject;
}

export async function serverState(publicUrl: string): Promise<ServerState | null> {
  try {
    const [health, ready] = await Promise.all(
      ['/healthz', '/readyz'].map((path) => askServer(publicUrl, { path, timeoutMs: 2_000 })),
    );
    if (health === undefined || ready === undefined || !isJsonObject(health.body)) return null;
    const { version, commit } = health.body;
    if (health.status !== 200 || typeof version !== 'string') return null;
    return {
      version,
      commit: typeof commit === 'string' ? commit : '',
      ready: ready.status === 200,
      readiness: isJsonObject(ready.body) ? ready.body : {},
    };
  } catch {
    return null;
  }
}
