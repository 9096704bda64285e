import { SCANNER } from '@gatehouse/audit';
import { CONFIGURATION, type Configuration, readOrCreateKey } from '@gatehouse/config';
import { ChangeFeed, type FeedQuery } from '@gatehouse/database';
import type { OwnSecretScanner } from '@gatehouse/secret-scanner';
import { Inject, Injectable } from '@nestjs/common';
import { fingerprintSearch, formLengths } from '../matching/fingerprints.ts';
import { acrossLineBreaks } from '../matching/span.ts';
import {
  KNOWN_FINGERPRINTS,
  type KnownFingerprints,
  SECRETS_CHANNEL,
  SecretVersionQueries,
} from '../store/secret-version.queries.ts';
import { inText } from './in-text.ts';

/**
 * Teaches the installation's scanner its own secrets, by their fingerprints alone: whatever is judged, recorded, logged
 * or shown is looked through for them. Follows the store where the feed runs, which is in a server; a command asks once.
 */
@Injectable()
export class OwnSecrets {
  readonly #scanner: OwnSecretScanner;
  readonly #configuration: Configuration;
  readonly #queries: SecretVersionQueries;
  #known = '';

  constructor(
    @Inject(CONFIGURATION) configuration: Configuration,
    @Inject(SCANNER) scanner: OwnSecretScanner,
    @Inject(ChangeFeed) feed: ChangeFeed,
    @Inject(SecretVersionQueries) queries: SecretVersionQueries,
  ) {
    this.#configuration = configuration;
    this.#queries = queries;
    this.#scanner = scanner;
    feed.follow({
      channel: SECRETS_CHANNEL,
      heard: () => feed.reread(),
      reread: (query) => this.#reread(query),
    });
  }

  /** Asks the store, for a process without a feed. */
  async learn(): Promise<void> {
    this.#use(await this.#queries.fingerprints());
  }

  async #reread(query: FeedQuery): Promise<void> {
    this.#use(await query<KnownFingerprints>(KNOWN_FINGERPRINTS));
  }

  #use(sets: readonly KnownFingerprints[]): void {
    const known = JSON.stringify(sets);
    if (known === this.#known) return;
    this.#known = known;
    const key = readOrCreateKey(this.#configuration.installation, 'secrets-fingerprints', 32);
    const lengths = formLengths(sets);
    const all = [...lengths.values()].flatMap((each) => [...each]);
    this.#scanner.useOwnSecrets(
      sets.length === 0
        ? undefined
        : {
            find: inText(acrossLineBreaks(fingerprintSearch(sets, key)), Math.min(...all)),
            longest: Math.max(...all),
            hasLength: (name, bytes) => lengths.get(name)?.has(bytes) ?? false,
          },
    );
  }
}
