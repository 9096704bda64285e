/**
 * Routes that are registered on Fastify by hand, and who may use them. Everything else is a controller that declares
 * its permission; a check in `tools/` finds a route that is in neither.
 */
export const RAW_ROUTES = [
  {
    route: 'POST /api/v1/hooks/govern',
    access: 'a token or hook credential good for `hooks`; answers 200 always',
  },
  { route: 'POST /api/v1/hooks/track', access: 'a token or hook credential good for `hooks`' },
  { route: 'POST /mcp/:server', access: "a token with the server's own audience" },
  { route: 'GET /mcp/:server', access: "a token with the server's own audience" },
  { route: 'DELETE /mcp/:server', access: "a token with the server's own audience" },
  { route: 'GET /.well-known/oauth-protected-resource/mcp/:server', access: 'public: RFC 9728 metadata' },
  { route: 'GET /login', access: 'public: a page' },
  { route: 'GET /login/link', access: 'public: a page; looking at it does nothing' },
  {
    route: 'POST /login/link',
    access: 'public: a form of our own page, throttled; opens a session for a one-time code',
  },
  {
    route: 'POST /login/request',
    access: 'public: a form of our own page, throttled; the same answer for everybody',
  },
  { route: 'GET /login/passkey.js', access: 'public: the one script of the login pages' },
  { route: 'POST /login/passkey/options', access: 'public: our own page, throttled; the same for everybody' },
  { route: 'POST /login/passkey', access: 'public: our own page, throttled; opens a session for a passkey' },
  { route: 'POST /login/passkeys/options', access: "the browser session's own cookie and its token" },
  { route: 'POST /login/passkeys', access: "the browser session's own cookie and its token, a fresh login" },
  { route: 'POST /login/passkeys/remove', access: "the browser session's own cookie and its token" },
  { route: 'GET /login/prove', access: 'public: a page, throttled; looking at it does nothing' },
  {
    route: 'POST /login/prove/passkey/options',
    access: 'public: our own page, throttled; for a command line that waits',
  },
  {
    route: 'POST /login/prove/passkey',
    access: 'public: our own page, throttled; a passkey of the user that a command line waits for',
  },
  { route: 'GET /login/proven', access: 'public: a page that says so' },
  {
    route: 'POST /login/prove/link',
    access: 'public: a form of our own page, throttled; a one-time code of that user',
  },
  {
    route: 'POST /login/prove/refuse',
    access: 'public: a form of our own page, throttled; only ever ends a waiting',
  },
  { route: 'POST /logout', access: "the browser session's own cookie and its token" },
  { route: 'GET /.well-known/oauth-authorization-server', access: 'public: RFC 8414 metadata' },
  { route: 'GET /.well-known/openid-configuration', access: 'public: OpenID Connect discovery' },
  { route: 'GET /oauth/jwks', access: 'public: the keys of ID tokens' },
  { route: 'GET /oauth/authorize', access: 'public: a page; leads to where a person is asked' },
  { route: 'GET /oauth/authorize/:uid', access: 'the browser whose cookie names the request' },
  { route: 'GET /oauth/consent/:uid', access: 'the browser whose cookie names the request, logged in' },
  { route: 'POST /oauth/consent/:uid', access: 'the same, and the token of the browser session' },
  { route: 'POST /oauth/token', access: 'clients: with a code, a refresh token, a device code or a secret' },
  { route: 'POST /oauth/device_authorization', access: 'clients, throttled; grants nothing by itself' },
  { route: 'GET /oauth/device', access: 'people who are logged in; a page' },
  {
    route: 'POST /oauth/device',
    access: 'people who are logged in, with the token of their browser session',
  },
  { route: 'POST /oauth/register', access: 'public where the operator leaves it open; throttled and capped' },
  { route: 'POST /oauth/introspect', access: 'clients, of their own tokens; services, of any' },
  { route: 'POST /oauth/revoke', access: 'clients, of their own tokens' },
  { route: 'GET /oauth/userinfo', access: 'a token good for `userinfo`' },
  { route: 'POST /oauth/userinfo', access: 'a token good for `userinfo`' },
] as const;
