import type { Secret } from '@gatehouse/kernel';
import type { CredentialTags } from '../credentials/credential-tags.ts';
import { opaqueId } from '../credentials/opaque-text.ts';
import type { Session } from '../sessions/session.ts';

const PREFIX = 'gak_';
const SHOWN_CHARACTERS = 20;

/** What a program authenticates with that has nobody to log in: good for what its scopes say and its user may do. */
export interface ApiKey {
  readonly id: Session['id'];
  readonly name: string;
  /** How the key begins: enough to recognise it by. */
  readonly prefix: string;
  readonly session: Session;
}

export function isApiKey(bearer: string): boolean {
  return bearer.startsWith(PREFIX);
}

/** The id inside a well-formed key. */
export function apiKeyId(bearer: string): string | undefined {
  return opaqueId(PREFIX, bearer);
}

export function newApiKeyText(id: string, tags: CredentialTags): Secret<string> {
  return tags.newText(PREFIX, id);
}

export function apiKeyPrefix(id: string): string {
  return `${PREFIX}${id.replaceAll('-', '')}`.slice(0, SHOWN_CHARACTERS);
}
