import type { TestBrowser } from './a-browser.ts';

/** What a program keeps between the steps of an authorization, as the OAuth providers of both SDKs want it. */
export class KeptAuthorization {
  readonly redirectUrl = 'http://127.0.0.1:33418/callback';
  readonly clientMetadata;
  /** Each address that a person was sent to. */
  readonly visited: URL[] = [];
  #client: unknown;
  #tokens: unknown;
  #verifier = '';

  constructor(name: string) {
    this.clientMetadata = {
      client_name: name,
      redirect_uris: [this.redirectUrl],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
    };
  }

  clientInformation(): never {
    return this.#client as never;
  }

  saveClientInformation(client: unknown): void {
    this.#client = client;
  }

  tokens(): never {
    return this.#tokens as never;
  }

  saveTokens(tokens: unknown): void {
    this.#tokens = tokens;
  }

  redirectToAuthorization(url: URL): void {
    this.visited.push(url);
  }

  saveCodeVerifier(verifier: string): void {
    this.#verifier = verifier;
  }

  codeVerifier(): string {
    return this.#verifier;
  }

  /** What comes back from the last address that a person was sent to. */
  async answer(browser: TestBrowser): Promise<URLSearchParams> {
    const back = await browser.authorize(this.visited.at(-1)!);
    return back.searchParams;
  }
}
