import { setTimeout as pause } from 'node:timers/promises';
import { isJsonObject, type JsonObject } from '@gatehouse/kernel';
import { type DestinationOrigin, destinationPolicy, sendOutbound } from '@gatehouse/outbound';
import { cliError } from '../errors/cli-error.ts';
import type { RemoteLogin } from './remote-login-file.ts';

const CLIENT_ID = 'gatehouse-cli';
const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code';
const SCOPE = 'openid profile email offline_access api';
const ORIGIN: DestinationOrigin = 'configured';
const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/** What a person has to do so that this command line is let in. */
export interface DeviceInvitation {
  readonly userCode: string;
  readonly address: string;
}

/** Another Gatehouse, as an OAuth client sees it: its endpoints come from its own metadata (RFC 8414). */
export class RemoteGatehouse {
  readonly #policy: ReturnType<typeof destinationPolicy>;

  private constructor(
    readonly issuer: string,
    private readonly metadata: JsonObject,
    allowed: readonly string[],
  ) {
    this.#policy = destinationPolicy(allowed);
  }

  /** @throws AppError `CLI_ARGUMENT_INVALID`, `CLI_SERVER_ANSWER`, `OUTBOUND_…` */
  static async at(address: string, allowed: readonly string[]): Promise<RemoteGatehouse> {
    const url = URL.parse(address);
    const safe = url !== null && (url.protocol === 'https:' || LOOPBACK.has(url.hostname));
    if (!safe || url.pathname !== '/' || url.search !== '' || url.username !== '') {
      const message = 'the address of another Gatehouse is https://HOST, or http on this machine';
      throw cliError('CLI_ARGUMENT_INVALID', { message });
    }
    const { origin } = url;
    const { status, body } = await exchange(
      { url: `${origin}/.well-known/oauth-authorization-server` },
      destinationPolicy(allowed),
    );
    // Another issuer's metadata could send the codes elsewhere (RFC 8414 section 3.3).
    if (status !== 200 || body.issuer !== origin) {
      throw cliError('CLI_SERVER_ANSWER', { hint: `Is ${origin} the public URL of a Gatehouse server?` });
    }
    return new RemoteGatehouse(origin, body, allowed);
  }

  /**
   * Logs in by device flow (RFC 8628): `invite` tells the person where to go, then this waits.
   * @throws AppError `CLI_REMOTE_REFUSED`, `CLI_SERVER_ANSWER`, `OUTBOUND_…`
   */
  async login(invite: (invitation: DeviceInvitation) => void): Promise<RemoteLogin> {
    const asked = await this.#post('device_authorization_endpoint', {
      client_id: CLIENT_ID,
      scope: SCOPE,
      resource: `${this.issuer}/api/v1`,
    });
    const { device_code: code, user_code: userCode, verification_uri_complete: address } = asked.body;
    if (asked.status !== 200) throw refused(asked.body);
    if (typeof code !== 'string' || typeof userCode !== 'string' || typeof address !== 'string')
      throw cliError('CLI_SERVER_ANSWER');
    if (URL.parse(address)?.origin !== this.issuer) throw cliError('CLI_SERVER_ANSWER');
    invite({ userCode, address });
    for (let intervalS = seconds(asked.body.interval, 2); ; ) {
      await pause(intervalS * 1000);
      const fields = { grant_type: DEVICE_GRANT, device_code: code, client_id: CLIENT_ID };
      const answer = await this.#post('token_endpoint', fields);
      if (answer.status === 200) return this.#loginOf(answer.body, null);
      if (answer.body.error === 'slow_down') intervalS += 5;
      else if (answer.body.error !== 'authorization_pending') throw refused(answer.body);
    }
  }

  /** The login with a token that is good for at least a minute. */
  async refreshed(login: RemoteLogin): Promise<RemoteLogin> {
    if (login.expiresAtMs - Date.now() > 60_000) return login;
    const answer = await this.#post('token_endpoint', {
      grant_type: 'refresh_token',
      refresh_token: login.refreshToken,
      client_id: CLIENT_ID,
    });
    if (answer.status !== 200) throw refused(answer.body);
    return this.#loginOf(answer.body, login);
  }

  /** What the other Gatehouse says of the token now: empty where it is not good any more. */
  async introspect({ accessToken }: RemoteLogin): Promise<JsonObject> {
    const answer = await this.#post('introspection_endpoint', { token: accessToken, client_id: CLIENT_ID });
    return answer.status === 200 && answer.body.active === true ? answer.body : {};
  }

  /** Ends the session there, with all its tokens. */
  async logout({ refreshToken }: RemoteLogin): Promise<void> {
    const answer = await this.#post('revocation_endpoint', { token: refreshToken, client_id: CLIENT_ID });
    if (answer.status !== 200) throw refused(answer.body);
  }

  #loginOf(body: JsonObject, before: RemoteLogin | null): RemoteLogin {
    const { access_token: accessToken, refresh_token: refreshToken, id_token: idToken } = body;
    if (typeof accessToken !== 'string' || typeof refreshToken !== 'string')
      throw cliError('CLI_SERVER_ANSWER');
    const claims = typeof idToken === 'string' ? claimsOf(idToken) : {};
    const told = (name: string, known: string | undefined) => {
      const value = claims[name];
      return typeof value === 'string' ? value : (known ?? '');
    };
    return {
      issuer: this.issuer,
      accessToken,
      refreshToken,
      expiresAtMs: Date.now() + seconds(body.expires_in, 3600) * 1000,
      userId: told('sub', before?.userId),
      name: told('name', before?.name),
      email: told('email', before?.email),
    };
  }

  async #post(endpoint: string, fields: Readonly<Record<string, string>>): Promise<Answer> {
    const url = this.metadata[endpoint];
    if (typeof url !== 'string' || URL.parse(url)?.origin !== this.issuer)
      throw cliError('CLI_SERVER_ANSWER');
    return exchange({ url, fields }, this.#policy);
  }
}

interface Answer {
  readonly status: number;
  readonly body: JsonObject;
}

async function exchange(
  { url, fields }: { readonly url: string; readonly fields?: Readonly<Record<string, string>> },
  policy: ReturnType<typeof destinationPolicy>,
): Promise<Answer> {
  const { status, body } = await sendOutbound(
    {
      url,
      origin: ORIGIN,
      timeoutMs: 15_000,
      maxBytes: 64 * 1024,
      headers: { accept: 'application/json', 'user-agent': 'gatehouse-cli' },
      ...(fields === undefined ? {} : form(fields)),
    },
    policy,
  );
  try {
    const read: unknown = JSON.parse(body.toString('utf8'));
    if (isJsonObject(read as never)) return { status, body: read as JsonObject };
  } catch {
    // Told below.
  }
  throw cliError('CLI_SERVER_ANSWER', { hint: `Is ${new URL(url).origin} a Gatehouse server?` });
}

function form(fields: Readonly<Record<string, string>>) {
  return {
    method: 'POST' as const,
    headers: {
      accept: 'application/json',
      'user-agent': 'gatehouse-cli',
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: new URLSearchParams(fields).toString(),
  };
}

/** Of an ID token that came straight from the token endpoint (OpenID Connect Core section 3.1.3.7, step 6). */
function claimsOf(idToken: string): JsonObject {
  try {
    return JSON.parse(Buffer.from(idToken.split('.')[1] ?? '', 'base64url').toString('utf8')) as JsonObject;
  } catch {
    return {};
  }
}

function refused({ error }: JsonObject): Error {
  const code = typeof error === 'string' && /^[a-z_]{1,40}$/.test(error) ? error : 'nothing readable';
  return cliError('CLI_REMOTE_REFUSED', {
    message: REFUSALS[code] ?? `the other Gatehouse answered ${code}`,
  });
}

const REFUSALS: Readonly<Record<string, string>> = {
  access_denied: 'the person at the browser refused',
  expired_token: 'nobody answered in time; log in again',
  invalid_grant: 'the login at the other Gatehouse has ended; log in again',
};

function seconds(value: unknown, otherwise: number): number {
  return typeof value === 'number' && value > 0 ? value : otherwise;
}
