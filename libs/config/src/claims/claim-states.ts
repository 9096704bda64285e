import { join } from 'node:path';
import { isJsonObject } from '@gatehouse/kernel';
import { readDocument } from '../document/read-document.ts';
import type { Installation } from '../installation/installation.ts';

export type ClaimState = 'proven' | 'planned';

/** What this checkout promises, by id, and whether it is proven; nothing where the list is not there or not readable. */
export function readClaimStates(installation: Installation): ReadonlyMap<string, ClaimState> {
  const read = readDocument(installation, join(installation.root, 'tools/claims/claims.yaml'));
  const claims = read.ok && isJsonObject(read.document.value) ? read.document.value.claims : undefined;
  const states = new Map<string, ClaimState>();
  for (const claim of Array.isArray(claims) ? claims : []) {
    if (!isJsonObject(claim) || typeof claim.id !== 'string') continue;
    states.set(claim.id, claim.state === 'proven' ? 'proven' : 'planned');
  }
  return states;
}
