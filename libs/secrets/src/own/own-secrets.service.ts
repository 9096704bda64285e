import { SCANNER } from '@gatehouse/audit';
import { CONFIGURATION, type Configuration, readOrCreateKey } from '@gatehouse/config';
import { ChangeFeed, type FeedQuery } from '@gatehouse/database';
import type { OwnSecretFinder, OwnSecretScanner } from '@gatehouse/secret-scanner';
import { Inject, Injectable } from '@nestjs/common';
import { fingerprintSearch, formLengths } from '../matching/fingerprints.ts';
import { acrossLineBreaks, type FindSpans, merged, type Span } from '../matching/span.ts';
import { SECRETS_CHANNEL } from '../store/secret-version.queries.ts';

/** What may still be worth something: also versions that are no longer in force, until they are revoked upstream. */
const KNOWN = `select name, fingerprints from secret_versions
  where redact and revoked_at is null and fingerprints <> '' order by name, version desc`;

/**
 * Teaches the installation's scanner its own secrets, by their fingerprints alone: whatever is judged, recorded, logged
 * or shown is looked through for them. Follows the store.
 */
@Injectable()
export class OwnSecrets {
  readonly #scanner: OwnSecretScanner;
  readonly #configuration: Configuration;
  #known = '';

  constructor(
    @Inject(CONFIGURATION) configuration: Configuration,
    @Inject(SCANNER) scanner: OwnSecretScanner,
    @Inject(ChangeFeed) feed: ChangeFeed,
  ) {
    this.#configuration = configuration;
    this.#scanner = scanner;
    feed.follow({
      channel: SECRETS_CHANNEL,
      heard: () => feed.reread(),
      reread: (query) => this.#reread(query),
    });
  }

  async #reread(query: FeedQuery): Promise<void> {
    const sets = await query<{ name: string; fingerprints: string }>(KNOWN);
    const known = JSON.stringify(sets);
    if (known === this.#known) return;
    this.#known = known;
    const key = readOrCreateKey(this.#configuration.installation, 'secrets-fingerprints', 32);
    const lengths = formLengths(sets);
    this.#scanner.useOwnSecrets(
      sets.length === 0
        ? undefined
        : {
            find: inText(acrossLineBreaks(fingerprintSearch(sets, key))),
            hasLength: (name, bytes) => lengths.get(name)?.has(bytes) ?? false,
          },
    );
  }
}

/** Finds in a text what `find` finds in its bytes. */
export function inText(find: FindSpans): OwnSecretFinder {
  return (text) => {
    if (text.length === 0) return [];
    const bytes = Buffer.from(text);
    const spans = merged(find(bytes));
    if (spans.length === 0 || bytes.length === text.length) return spans;
    return spans.map((span) => inUnits(span, bytes));
  };
}

/** From bytes to UTF-16 units. */
function inUnits({ start, end, name }: Span, bytes: Buffer): Span {
  const before = bytes.toString('utf8', 0, start).length;
  return { start: before, end: before + bytes.toString('utf8', start, end).length, name };
}
