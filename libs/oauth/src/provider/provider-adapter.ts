import type { Adapter, AdapterFactory, AdapterPayload } from 'oidc-provider';
import type { StoredClients } from '../clients/stored-clients.service.ts';
import type { Grants } from '../grants/grants.service.ts';
import { OAuthRefusal } from '../oauth-refusal.ts';
import { hashOf } from '../records/hash-of.ts';
import type { RecordStore, StoredRecord } from '../records/record-store.ts';

/** Stands for an id that is not known, only its hash. Never good for finding anything. */
const HANDLE = /^sha256:([0-9a-f]{64})$/;

/**
 * Where `oidc-provider` keeps what it keeps. Ids are stored as hashes; and using something up is one conditional
 * update, so that of a hundred requests at once one is served, and the rest end all that came of it (RFC 9700
 * section 4.14.2, RFC 6749 section 4.1.2).
 */
export function providerAdapter(
  records: RecordStore,
  clients: StoredClients,
  grants: Grants,
): AdapterFactory {
  return (kind) => (kind === 'Client' ? clients.adapter() : new RecordAdapter(kind, records, grants));
}

class RecordAdapter implements Adapter {
  constructor(
    private readonly kind: string,
    private readonly records: RecordStore,
    private readonly grants: Grants,
  ) {}

  async upsert(id: string, payload: AdapterPayload, expiresIn: number): Promise<void> {
    const { jti: _jti, userCode, consumed: _consumed, ...rest } = payload;
    await this.records.put(this.kind, this.#hash(id), {
      payload: withoutCookie(rest),
      family: this.kind === 'Grant' ? id : (payload.grantId ?? null),
      userCodeHash: userCode === undefined ? null : hashOf('UserCode', userCode),
      lifetimeS: expiresIn,
    });
  }

  async find(id: string): Promise<AdapterPayload | undefined> {
    if (HANDLE.test(id)) return undefined;
    return payloadOf(await this.records.find(this.kind, hashOf(this.kind, id)), id);
  }

  async findByUserCode(userCode: string): Promise<AdapterPayload | undefined> {
    const found = await this.records.findByUserCode(hashOf('UserCode', userCode));
    if (found === undefined) return undefined;
    return { ...payloadOf(found, `sha256:${found.idHash.toString('hex')}`), userCode };
  }

  /** Sessions of the provider live for one request: nothing looks them up by this. */
  async findByUid(): Promise<undefined> {
    return undefined;
  }

  async consume(id: string): Promise<void> {
    const outcome = await this.records.consume(this.kind, this.#hash(id));
    if (outcome === true) return;
    if (outcome.family !== null) await this.grants.revoke(outcome.family, 'token_replayed');
    throw new OAuthRefusal('invalid_grant', 'used already');
  }

  async destroy(id: string): Promise<void> {
    await this.records.remove(this.kind, this.#hash(id));
  }

  async revokeByGrantId(grantId: string): Promise<void> {
    await this.grants.revoke(grantId, 'token_replayed');
  }

  #hash(id: string): Buffer {
    const handle = HANDLE.exec(id)?.[1];
    return handle === undefined ? hashOf(this.kind, id) : Buffer.from(handle, 'hex');
  }
}

function payloadOf(found: StoredRecord | undefined, jti: string): AdapterPayload | undefined {
  if (found === undefined) return undefined;
  const { payload, consumedAt } = found;
  return { ...payload, jti, ...(consumedAt === null ? {} : { consumed: consumedAt }) } as AdapterPayload;
}

/** A request under way remembers which browser it belongs to; the browser's cookie itself is not written down. */
function withoutCookie(payload: AdapterPayload): Record<string, unknown> {
  const { session } = payload as { readonly session?: Record<string, unknown> };
  if (session === undefined) return payload as Record<string, unknown>;
  const { cookie: _cookie, ...rest } = session;
  return { ...payload, session: rest };
}
