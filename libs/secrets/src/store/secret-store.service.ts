import { AuditLog, WrittenTexts } from '@gatehouse/audit';
import { CONFIGURATION, type Configuration, prepareKeyFolder, readOrCreateKey } from '@gatehouse/config';
import { type JsonObject, type RequestContext } from '@gatehouse/kernel';
import { Inject, Injectable } from '@nestjs/common';
import { askKeeper } from '../keeper/ask-keeper.ts';
import type { KeyPlaces } from '../keys/key-files.ts';
import { keyPlacesOf } from '../keys/key-places.ts';
import { type PublicKeys, readPublicKeys } from '../keys/public-keys.ts';
import { readVersionMemory, type VersionMemory } from '../keys/version-memory.ts';
import { fingerprintsOf } from '../matching/fingerprints.ts';
import { sealValue } from '../sealed/seal-value.ts';
import type { SealedVersion, UnsignedVersion } from '../sealed/sealed-version.ts';
import { requireSecretName } from '../sealed/secret-name.ts';
import { secretsError } from '../secrets-error.ts';
import { sodium } from '../sodium.ts';
import { isRecognisable } from './judge-value.ts';
import { type Asker, SecretVersionQueries } from './secret-version.queries.ts';
import type { SecretVersion } from './secret-version.ts';

export interface SetSecret {
  readonly name: string;
  /** Wiped before `set` resolves. */
  readonly value: Buffer;
  /** Take a value that is too short to be redacted. */
  readonly acceptUnredacted?: boolean;
  /** Refuse a name that holds nothing yet. */
  readonly replace?: boolean;
}

/**
 * The sealed store. Sealing needs public keys alone and happens here; opening happens in wardens, signing and all that
 * touches a private key in keepers, each a process of its own.
 */
@Injectable()
export class SecretStore {
  readonly #configuration: Pick<Configuration, 'installation'>;
  readonly #queries: SecretVersionQueries;
  readonly #audit: AuditLog;
  readonly #texts: WrittenTexts;

  constructor(
    @Inject(CONFIGURATION) configuration: Pick<Configuration, 'installation'>,
    @Inject(SecretVersionQueries) queries: SecretVersionQueries,
    @Inject(AuditLog) audit: AuditLog,
    @Inject(WrittenTexts) texts: WrittenTexts,
  ) {
    this.#configuration = configuration;
    this.#queries = queries;
    this.#audit = audit;
    this.#texts = texts;
  }

  get places(): KeyPlaces {
    return keyPlacesOf(this.#configuration.installation);
  }

  /**
   * Makes the keys at the first start, and looks whether they are there and fit at every other.
   * @throws AppError `SECRETS_KEY_…`
   */
  async ensureKeys(): Promise<PublicKeys> {
    prepareKeyFolder(this.#configuration.installation.keyDir);
    await askKeeper(this.places, { task: 'ensure-keys' });
    const keys = readPublicKeys(this.places);
    if (keys === undefined) throw secretsError('SECRETS_KEEPER_FAILED', 'the keys could not be made');
    return keys;
  }

  /** At a server's start: keys, and what the signer has to know. @throws AppError `SECRETS_KEY_…` */
  async start(): Promise<void> {
    await this.ensureKeys();
    await this.reconcile();
  }

  /** Seals a value as the newest version of a secret. @throws AppError `SECRETS_…` */
  async set(secret: SetSecret, actor: RequestContext): Promise<SecretVersion> {
    try {
      return await this.#set(secret, actor);
    } finally {
      sodium.sodium_memzero(secret.value);
    }
  }

  /** Ends a secret: nothing opens it again. Its versions stay listed until they are revoked upstream. */
  async unset(name: string, actor: RequestContext): Promise<void> {
    const version = await this.#queries.alone(async (asker) => {
      const [current] = await this.#queries.current([requireSecretName(name)], asker);
      if (current === undefined) throw secretsError('SECRETS_UNKNOWN', `secret ${name} is not set`);
      await this.#record('secret.unset', actor, 'A secret was unset.', { name, version: current.version });
      await this.#queries.unset(asker, name, new Date());
      return current.version;
    });
    await askKeeper(this.places, { task: 'remember', versions: [], unset: [{ name, version: version }] });
  }

  /** Says that versions which are no longer in force are worth nothing upstream: they are no longer looked for. */
  async revokedUpstream(name: string, actor: RequestContext): Promise<number> {
    return this.#queries.alone(async (asker) => {
      await this.#record('secret.unset', actor, 'Old versions of a secret are revoked upstream.', { name });
      const count = await this.#queries.revoke(asker, requireSecretName(name), new Date());
      if (count === 0) throw secretsError('SECRETS_UNKNOWN', `secret ${name} has no old version to revoke`);
      return count;
    });
  }

  /** Every version, newest first: of one secret, or of all. */
  list(name?: string): Promise<SecretVersion[]> {
    return this.#queries.list(name);
  }

  /**
   * The versions in force of `names`, sealed, for the warden that will open them; and the names that hold nothing.
   * @throws AppError `SECRETS_KEY_…`
   */
  async sealed(names: readonly string[]): Promise<{ versions: SealedVersion[]; missing: string[] }> {
    const versions = await this.#queries.current(names);
    const held = new Set(versions.map(({ name }) => name));
    return { versions, missing: names.filter((name) => !held.has(name)) };
  }

  /** Records who has which secrets opened for what, before they are. */
  async opening(versions: readonly SealedVersion[], server: string, actor: RequestContext): Promise<void> {
    const secrets = versions.map(({ name, version }) => ({ name, version }));
    await this.#record('secret.opened', actor, 'Secrets are opened for an MCP server.', { server, secrets });
    await this.#queries.opened(versions, server, new Date());
  }

  /**
   * Tells the signer what is in force, and what was unset: for the case that a process was killed between changing the
   * database and saying so. Nothing happens when it knows.
   */
  async reconcile(): Promise<void> {
    const keys = readPublicKeys(this.places);
    if (keys === undefined) return;
    const memory = readVersionMemory(this.places);
    const [current, all] = await Promise.all([this.#queries.current(), this.#queries.list()]);
    const versions = current.filter(({ name, version }) => version > (memory.get(name)?.version ?? 0));
    const unset = latestUnset(all).filter(({ name, version }) => isNews(memory, name, version));
    if (versions.length + unset.length > 0) {
      await askKeeper(this.places, { task: 'remember', versions, unset });
    }
  }

  /**
   * Moves every secret to a new key pair. Until all are moved both keys are there, so that being killed at any point
   * loses nothing; doing it again goes on. @throws AppError `SECRETS_…`
   */
  async rotateMaster(actor: RequestContext): Promise<{ readonly keyId: string; readonly secrets: number }> {
    await this.ensureKeys();
    const held = (await this.#queries.current()).length;
    const detail = { key: 'master', secrets: held };
    await this.#record('secret.rotated', actor, 'The key pair of the secret store is replaced.', detail);
    for (;;) {
      await this.#queries.alone((asker) => this.#rewrap(asker));
      const done = await this.#queries.alone(async (asker) => {
        // Somebody may have sealed for the old key in between.
        const { versions } = await this.#wrapped(asker);
        return versions.length > 0 ? null : askKeeper(this.places, { task: 'activate' });
      });
      if (done !== null) return { keyId: done.keyId, secrets: held };
    }
  }

  async #wrapped(asker: Asker) {
    return askKeeper(this.places, {
      task: 'rewrap',
      versions: await this.#queries.current(undefined, asker),
    });
  }

  async #rewrap(asker: Asker): Promise<void> {
    const { versions } = await this.#wrapped(asker);
    const { signatures } = await askKeeper(this.places, { task: 'sign', versions });
    for (const [index, { version }] of versions.entries()) {
      await this.#queries.replaceSealed(asker, { ...version, signature: signatures[index]! });
    }
  }

  async #set(secret: SetSecret, actor: RequestContext): Promise<SecretVersion> {
    const name = requireSecretName(secret.name);
    if (this.#texts.holdCredential(name)) {
      throw secretsError(
        'SECRETS_NAME_REFUSED',
        'that name holds a credential: names are shown',
        'The value comes from standard input. Rotate what you gave as a name, if it is real.',
      );
    }
    const redact = isRecognisable(secret.value);
    if (!redact && secret.acceptUnredacted !== true) {
      throw secretsError(
        'SECRETS_VALUE_REFUSED',
        'the value is too short, or too regular, to be recognised and redacted: under 12 bytes or 48 bits',
        'Use a longer one, or accept with --no-redact that it is not redacted anywhere.',
      );
    }
    if (readPublicKeys(this.places) === undefined) await this.ensureKeys();
    const sealed = await this.#queries.alone(async (asker) => {
      const inForce = await this.#queries.current([name], asker);
      if (secret.replace === true && inForce.length === 0) {
        throw secretsError('SECRETS_UNKNOWN', `secret ${name} is not set`);
      }
      const version = await this.#seal(
        name,
        secret.value,
        redact,
        await this.#queries.highestVersion(asker, name),
      );
      const event = inForce.length === 0 ? 'secret.set' : 'secret.rotated';
      const reason = inForce.length === 0 ? 'A secret was set.' : 'A secret was given a new value.';
      await this.#record(event, actor, reason, { name, version: version.version, redact });
      await this.#queries.insert(asker, version, actor.userId);
      return version;
    });
    await askKeeper(this.places, { task: 'remember', versions: [sealed], unset: [] });
    const [newest] = await this.#queries.list(name);
    return newest!;
  }

  async #seal(name: string, value: Buffer, redact: boolean, highest: number): Promise<SealedVersion> {
    const keys = readPublicKeys(this.places);
    if (keys === undefined) throw secretsError('SECRETS_KEEPER_FAILED', 'the keys could not be made');
    const remembered = readVersionMemory(this.places).get(name)?.version ?? 0;
    const unsigned: UnsignedVersion = sealValue(
      {
        name,
        value,
        redact,
        version: Math.max(highest, remembered) + 1,
        fingerprints: redact ? fingerprintsOf(value, this.fingerprintKey()) : '',
        sealedAt: new Date(),
      },
      keys,
    );
    const { signatures } = await askKeeper(this.places, { task: 'sign', versions: [{ version: unsigned }] });
    return { ...unsigned, signature: signatures[0]! };
  }

  /** The key under which fingerprints are made and looked for. It opens nothing. */
  fingerprintKey(): Buffer {
    return readOrCreateKey(this.#configuration.installation, 'secrets-fingerprints', 32);
  }

  async #record(
    event: 'secret.set' | 'secret.unset' | 'secret.opened' | 'secret.rotated',
    context: RequestContext,
    reason: string,
    detail: JsonObject,
  ): Promise<void> {
    await this.#audit.record({
      event,
      context,
      action: 'secrets',
      decision: 'allow',
      policy: 'not_applicable',
      reason,
      detail,
    });
  }
}

/** The newest version of each secret that holds nothing now. */
function latestUnset(all: readonly SecretVersion[]): { name: string; version: number }[] {
  const newest = new Map<string, SecretVersion>();
  for (const version of all) if (!newest.has(version.name)) newest.set(version.name, version);
  return [...newest.values()]
    .filter(({ isCurrent, unsetAt }) => !isCurrent && unsetAt !== null)
    .map(({ name, version }) => ({ name, version }));
}

function isNews(memory: VersionMemory, name: string, version: number): boolean {
  const known = memory.get(name);
  return known === undefined || known.version < version || (known.version === version && !known.unset);
}
