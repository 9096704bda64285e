import { createHmac } from 'node:crypto';

type Part = Record<string, unknown>;

/** A genuine token, taken apart and signed anew as a forger would. */
export interface Forger {
  readonly header: Part;
  readonly payload: Part;
  readonly genuine: string;
  /** With the installation's own key unless told otherwise; a text stands for itself. */
  readonly sign: (
    header: Part | string,
    payload: Part | string,
    options?: { key?: Uint8Array | string; hash?: string },
  ) => string;
}

export function forgerOf(genuine: string, key: Uint8Array): Forger {
  const [header, payload] = genuine
    .split('.')
    .slice(0, 2)
    .map((part) => JSON.parse(Buffer.from(part, 'base64url').toString('utf8')) as Part) as [Part, Part];
  return {
    genuine,
    header,
    payload,
    sign: (newHeader, newPayload, { key: withKey = key, hash = 'sha256' } = {}) => {
      const input = [newHeader, newPayload]
        .map((part) =>
          Buffer.from(typeof part === 'string' ? part : JSON.stringify(part)).toString('base64url'),
        )
        .join('.');
      return `${input}.${createHmac(hash, withKey).update(input).digest('base64url')}`;
    },
  };
}
