import { ownSecretOf, type Scanner } from '@gatehouse/secret-scanner';
import { Inject, Injectable } from '@nestjs/common';
import { ScannedValue } from './scanned-value.ts';
import { SCANNER } from './scanner.token.ts';

/**
 * Texts that somebody chose and others are shown, such as names, addresses and reasons. One that holds a credential of a
 * known form is to be kept nowhere (threat T24). Own secrets are not asked about: whether a text is one would tell
 * whoever guesses (T29).
 */
@Injectable()
export class WrittenTexts {
  constructor(@Inject(SCANNER) private readonly scanner: Scanner) {}

  holdCredential(...texts: readonly (string | null | undefined)[]): boolean {
    const said = texts.filter((text) => text != null);
    return ScannedValue.of(this.scanner, said).findings.some((finding) => ownSecretOf(finding) === undefined);
  }
}
