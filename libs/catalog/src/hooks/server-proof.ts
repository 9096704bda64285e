import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { InstalledHooks } from './installed-hooks.ts';

const TIMEOUT_MS = 8000;
const MAX_BYTES = 64 * 1024;

export type ServerStanding = 'good' | 'refused' | 'unreachable' | 'not_the_server';

/**
 * Asks the running server whether it takes the credential, by an event of our own making, and whether it is the server
 * that issued it: its answer carries the proof that the command form asks for at each call.
 */
export async function askServer(installed: InstalledHooks, event: string): Promise<ServerStanding> {
  const nonce = randomBytes(16).toString('hex');
  const body = JSON.stringify({ hook_event_name: event, session_id: 'gatehouse-core-hooks-validate' });
  const reported = {
    client: 'gatehouse/validate',
    settings: installed.settingsHash,
    device: installed.deviceId,
  };
  let response: Response;
  let answer: string;
  try {
    response = await fetch(new URL('/api/v1/hooks/track', installed.url), {
      method: 'POST',
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
      headers: {
        authorization: `Bearer ${installed.credential.reveal()}`,
        'content-type': 'application/json',
        'x-gatehouse-nonce': nonce,
        'x-gatehouse-client': reported.client,
        'x-gatehouse-settings': reported.settings,
        'x-gatehouse-device': reported.device,
      },
      body,
    });
    answer = await response.text();
  } catch {
    return 'unreachable';
  }
  const asked = createHash('sha256')
    .update(`track\n${reported.client}\n${reported.settings}\n${reported.device}\n${body}`)
    .digest('hex');
  const expected = createHmac('sha256', Buffer.from(installed.answerKey.reveal(), 'base64url'))
    .update(`gatehouse-hook-answer 1\n${nonce}\n${asked}\n${response.status}\n${answer}`)
    .digest();
  const given = Buffer.from(response.headers.get('x-gatehouse-answer') ?? '', 'hex');
  const genuine =
    given.length === expected.length && answer.length <= MAX_BYTES && timingSafeEqual(given, expected);
  if (!genuine) return 'not_the_server';
  return response.status === 200 ? 'good' : 'refused';
}
