import {
  isJsonObject,
  type JsonObject,
  type JsonValue,
  parseStrictJson,
  type StrictJsonProblem,
} from '@gatehouse/kernel';
import type { HookRequest } from './hook-request.ts';

/** A hook's JSON, read. `members` is the whole frozen object. */
export interface HookEvent {
  readonly name: string;
  readonly members: JsonObject;
}

export type HookBody =
  | { readonly ok: true; readonly event: HookEvent }
  | { readonly ok: false; readonly problem: StrictJsonProblem | 'not_a_hook' };

const MAX_NAME = 64;

/** Reads a hook body strictly. Unknown events are events too; what has no event name is none. */
export function readHookBody(body: Buffer): HookBody {
  const parsed = parseStrictJson(body);
  if (!parsed.ok) return parsed;
  if (!isJsonObject(parsed.value)) return { ok: false, problem: 'not_a_hook' };
  const name = parsed.value.hook_event_name;
  if (typeof name !== 'string' || name === '' || name.length > MAX_NAME)
    return { ok: false, problem: 'not_a_hook' };
  return { ok: true, event: { name, members: parsed.value } };
}

export function textMember(members: JsonObject, name: string): string | undefined {
  const value: JsonValue | undefined = members[name];
  return typeof value === 'string' ? value : undefined;
}

const CLAIMS = [
  'session_id',
  'agent_id',
  'agent_type',
  'permission_mode',
  'transcript_path',
  'cwd',
  'model',
] as const;

/** What the client says of itself, for the row's `claimed`. */
export function claimsOf(
  members: JsonObject,
  { userAgent, client }: Pick<HookRequest, 'userAgent' | 'client'>,
): JsonObject {
  const claimed: Record<string, JsonValue> = {};
  for (const name of CLAIMS) {
    const value = members[name];
    if (typeof value === 'string' && value !== '') claimed[name] = value.slice(0, 1024);
  }
  if (userAgent !== undefined) claimed.user_agent = userAgent.slice(0, 256);
  if (client.version !== undefined) claimed.client_version = client.version;
  if (client.settings !== undefined) claimed.settings_hash = client.settings;
  if (client.device !== undefined) claimed.device = client.device;
  return claimed;
}
