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
  { route: 'POST /logout', access: "the browser session's own cookie and its token" },
] as const;
