import { isJsonObject, type JsonObject, type JsonValue } from '@gatehouse/kernel';

/** What a client of revision 2026-07-28 wants to be told of ("Subscriptions"). */
export interface ListenFilter {
  readonly lists: readonly ('tools' | 'prompts' | 'resources')[];
  readonly uris: readonly string[];
}

const MAX_URIS = 64;
const MAX_URI_LENGTH = 2_048;
const LISTS = ['tools', 'prompts', 'resources'] as const;

/** Undefined when the request holds none. */
export function readListenFilter(params: JsonObject | undefined): ListenFilter | undefined {
  const wanted = params?.notifications;
  if (!isJsonObject(wanted)) return undefined;
  for (const name of LISTS) {
    const value = wanted[`${name}ListChanged`];
    if (value !== undefined && typeof value !== 'boolean') return undefined;
  }
  const uris: JsonValue = wanted.resourceSubscriptions ?? [];
  if (!Array.isArray(uris) || uris.length > MAX_URIS || !uris.every(isUri)) return undefined;
  return {
    lists: LISTS.filter((name) => wanted[`${name}ListChanged`] === true),
    uris: [...new Set(uris as string[])],
  };
}

/** Of what is wanted, what a server with these capabilities will be listened to for. */
export function honoured({ lists, uris }: ListenFilter, offered: JsonObject): ListenFilter {
  const capability = (name: string): JsonObject => {
    const value = offered[name];
    return isJsonObject(value) ? value : {};
  };
  return {
    lists: lists.filter((name) => capability(name).listChanged === true),
    uris: capability('resources').subscribe === true ? uris : [],
  };
}

/** The filter in the form in which it is acknowledged: only what is wanted and given. */
export function acknowledged({ lists, uris }: ListenFilter): JsonObject {
  const given: Record<string, JsonValue> = {};
  for (const name of lists) given[`${name}ListChanged`] = true;
  if (uris.length > 0) given.resourceSubscriptions = [...uris];
  return given;
}

function isUri(value: JsonValue): boolean {
  return typeof value === 'string' && value.length > 0 && value.length <= MAX_URI_LENGTH;
}
