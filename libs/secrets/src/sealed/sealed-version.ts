import { canonicalJson, isJsonObject, type JsonValue } from '@gatehouse/kernel';

/**
 * One version of a secret as the database holds it. Binary members are base64url. Everything but the signature is
 * signed, so that no part can be exchanged for another version's, another secret's, or another installation's.
 */
export interface SealedVersion {
  readonly name: string;
  /** Counts from 1 and never goes back, also after the secret was unset. */
  readonly version: number;
  /** Which key pair the data key is wrapped for. */
  readonly keyId: string;
  /** The data key in a sealed box (X25519) for the public key. */
  readonly wrapped: string;
  readonly nonce: string;
  /** The value under the data key: XChaCha20-Poly1305-IETF, name and version as additional data. */
  readonly body: string;
  /** False for a value too short to be recognised: it is neither redacted nor looked for. */
  readonly redact: boolean;
  /** Digests by which the server knows the value again without knowing it; see `fingerprintsOf`. */
  readonly fingerprints: string;
  /** ISO 8601. */
  readonly sealedAt: string;
  /** Ed25519 over `statementOf`. */
  readonly signature: string;
}

export type UnsignedVersion = Omit<SealedVersion, 'signature'>;

const DOMAIN = 'gatehouse secret version 1\n';

/** The bytes that the signer signs. */
export function statementOf(version: UnsignedVersion): Buffer {
  const { name, version: number, keyId, wrapped, nonce, body, redact, fingerprints, sealedAt } = version;
  return Buffer.from(
    DOMAIN +
      canonicalJson({ name, version: number, keyId, wrapped, nonce, body, redact, fingerprints, sealedAt }),
  );
}

/** The additional data of the body. */
export function bodyContext({ name, version }: Pick<SealedVersion, 'name' | 'version'>): Buffer {
  return Buffer.from(`gatehouse secret\n${name}\n${version}`);
}

/** Reads what came out of a database column or a pipe; undefined for anything that is not of this shape. */
export function readSealedVersion(value: JsonValue | undefined): SealedVersion | undefined {
  if (value === undefined || !isJsonObject(value)) return undefined;
  const { name, version, keyId, wrapped, nonce, body, redact, fingerprints, sealedAt, signature } = value;
  const texts = [name, keyId, wrapped, nonce, body, fingerprints, sealedAt, signature];
  if (texts.some((text) => typeof text !== 'string')) return undefined;
  if (typeof version !== 'number' || !Number.isSafeInteger(version) || version < 1) return undefined;
  return typeof redact === 'boolean' ? (value as unknown as SealedVersion) : undefined;
}
