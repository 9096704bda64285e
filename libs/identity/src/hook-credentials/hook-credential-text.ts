import type { Secret } from '@gatehouse/kernel';
import type { CredentialTags } from '../credentials/credential-tags.ts';
import { opaqueId } from '../credentials/opaque-text.ts';

const PREFIX = 'ghk_';

export function isHookCredential(bearer: string): boolean {
  return bearer.startsWith(PREFIX);
}

/** The id inside a well-formed hook credential. */
export function hookCredentialId(bearer: string): string | undefined {
  return opaqueId(PREFIX, bearer);
}

export function newHookCredentialText(id: string, tags: CredentialTags): Secret<string> {
  return tags.newText(PREFIX, id);
}
