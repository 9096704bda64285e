import { hash } from 'node:crypto';
import { isCorrelationId } from '@gatehouse/kernel';
import type { Scanner } from '@gatehouse/secret-scanner';
import { cleanText } from './clean-json.ts';
import { firstBytes } from './content.ts';

const ACTION = /^[A-Za-z0-9._:\-/{}* ]{1,256}$/;
/** A UUID or a trace id, as most ids are: no credential is told from its looks alone in that form. */
const NO_CREDENTIAL = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$|^[0-9a-f]{32}$/;
const CLAIMED_BYTES = 256;

/** Texts that could not stand as they are, by the column they were for: they go under `claimed`, cut. */
export type Displaced = Record<string, string>;

/**
 * A column value that a client may have had a hand in (threats T16, T24): as it is when it has the right alphabet
 * and holds no credential, else `sha256:<hex>`, the original moved to `displaced`, cut, or its finding's marker alone.
 */
export function columnText(
  column: string,
  value: string,
  allowed: (value: string) => boolean,
  scanner: Scanner,
  displaced: Displaced,
): string {
  if (NO_CREDENTIAL.test(value)) return value;
  const [finding] = scanner.scanText(value);
  if (finding === undefined && allowed(value)) return value;
  displaced[column] =
    finding === undefined ? firstBytes(cleanText(value), CLAIMED_BYTES) : `[REDACTED:${finding.rule}]`;
  return `sha256:${hash('sha256', value)}`;
}

export const isId = isCorrelationId;

export function isAction(value: string): boolean {
  return ACTION.test(value);
}
