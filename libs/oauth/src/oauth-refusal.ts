/** The error codes of OAuth and its extensions that we answer with (RFC 6749 section 5.2, RFC 7591, 8693, 8707). */
export type OAuthErrorName =
  | 'access_denied'
  | 'invalid_client'
  | 'invalid_client_metadata'
  | 'invalid_grant'
  | 'invalid_request'
  | 'invalid_scope'
  | 'invalid_target'
  | 'temporarily_unavailable'
  | 'unauthorized_client';

/** Of these a client is told that, and not why: the reason is the operator's. */
const UNEXPLAINED: Readonly<Partial<Record<OAuthErrorName, string>>> = {
  invalid_client: 'the client is not known, or did not prove who it is',
  invalid_grant: 'the grant is not good, or not any more',
};

/** An answer of the protocol that says no, in the form in which `oidc-provider` expects to catch one. */
export class OAuthRefusal extends Error {
  override readonly name = 'OAuthRefusal';
  readonly error: OAuthErrorName;
  readonly error_description: string;
  readonly error_detail: string;
  readonly status: number;
  readonly statusCode: number;
  readonly expose = true;
  readonly allow_redirect = true;

  constructor(error: OAuthErrorName, why: string) {
    super(error);
    this.error = error;
    this.error_description = UNEXPLAINED[error] ?? why;
    this.error_detail = why;
    this.statusCode = error === 'invalid_client' ? 401 : 400;
    this.status = this.statusCode;
  }
}
