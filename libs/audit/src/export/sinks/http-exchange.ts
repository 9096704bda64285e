import type { OutboundClient, OutboundResponse } from '@gatehouse/outbound';
import { SinkFailure, type SinkProblem } from './sink.ts';

const MAX_ANSWER = 8 * 1024 * 1024;
const LONGEST_PAUSE_MS = 300_000;

export interface HttpExchange {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly timeoutMs: number;
}

/** One POST of events. Resolves with an answer of 2xx. @throws SinkFailure, AppError `OUTBOUND_…` */
export async function postEvents(
  outbound: Pick<OutboundClient, 'send'>,
  { url, headers, body, timeoutMs }: HttpExchange,
): Promise<OutboundResponse> {
  const answer = await outbound.send({
    url,
    origin: 'configured',
    method: 'POST',
    headers,
    body,
    timeoutMs,
    maxBytes: MAX_ANSWER,
  });
  if (answer.status >= 200 && answer.status < 300) return answer;
  throw new SinkFailure(problemOf(answer.status), {
    retryAfterMs: retryAfterMs(answer.headers['retry-after']),
    detail: `HTTP ${answer.status}`,
  });
}

export function problemOf(status: number): SinkProblem {
  if (status === 429) return 'EXPORT_THROTTLED';
  if (status === 413) return 'EXPORT_TOO_LARGE';
  if (status === 401 || status === 403) return 'EXPORT_UNAUTHORISED';
  if (status === 408) return 'EXPORT_TIMEOUT';
  return status >= 500 ? 'EXPORT_SERVER' : 'EXPORT_REJECTED';
}

/** `Retry-After` (RFC 9110 section 10.2.3): seconds or a date; five minutes at most. */
function retryAfterMs(header: string | undefined): number {
  if (header === undefined) return 0;
  const ms = /^\d{1,6}$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isNaN(ms) ? 0 : Math.min(LONGEST_PAUSE_MS, Math.max(0, ms));
}

/** The answer as a JSON object; null when it is none. */
export function answerObject({ body }: OutboundResponse): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}
