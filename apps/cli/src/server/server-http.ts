import { isJsonObject, type JsonObject, type JsonValue } from '@gatehouse/kernel';
import { cliError } from '../errors/cli-error.ts';

const TIMEOUT_MS = 30_000;
const LARGEST_BODY = 16 * 1024 * 1024;

export interface ServerRequest {
  readonly method?: 'GET' | 'POST';
  /** Below the server's public URL, with its leading slash. */
  readonly path: string;
  readonly token?: string;
  /** Sent as JSON. */
  readonly body?: JsonObject;
  readonly timeoutMs?: number;
}

export interface ServerResponse {
  readonly status: number;
  readonly body: JsonValue;
}

/**
 * Asks the running server. Follows no redirect: the token is for this server.
 * @throws AppError `CLI_SERVER_DOWN`, `CLI_SERVER_ANSWER`
 */
export async function askServer(publicUrl: string, request: ServerRequest): Promise<ServerResponse> {
  const { method = 'GET', path, token, body, timeoutMs = TIMEOUT_MS } = request;
  const response = await fetch(new URL(path, publicUrl), {
    method,
    redirect: 'error',
    signal: AbortSignal.timeout(timeoutMs),
    headers: {
      accept: 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  }).catch((error: unknown) => {
    throw serverDown(publicUrl, error);
  });
  try {
    return { status: response.status, body: JSON.parse(await boundedText(response)) as JsonValue };
  } catch (error) {
    throw cliError('CLI_SERVER_ANSWER', { cause: error, hint: `Is ${publicUrl} a Gatehouse server?` });
  }
}

/** The answer's object. @throws AppError as `askServer`, and `CLI_SERVER_REFUSED` with the server's own words */
export async function requireAnswer(publicUrl: string, request: ServerRequest): Promise<JsonObject> {
  const { status, body } = await askServer(publicUrl, request);
  if (!isJsonObject(body)) throw cliError('CLI_SERVER_ANSWER');
  if (status >= 200 && status < 300) return body;
  const { detail, title } = body;
  throw cliError('CLI_SERVER_REFUSED', {
    message: typeof title === 'string' && title !== '' ? title : `the server answered ${status}`,
    cause: { code: String(status) },
    ...(typeof detail === 'string' ? { hint: detail } : {}),
  });
}

export function serverDown(publicUrl: string, cause: unknown): Error {
  return cliError('CLI_SERVER_DOWN', {
    message: `the server does not answer at ${publicUrl}`,
    hint: 'Start it with: npm start',
    cause,
  });
}

async function boundedText(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    if (length > LARGEST_BODY) throw new Error('the answer is larger than 16 MiB');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
