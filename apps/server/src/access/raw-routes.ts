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
] as const;
