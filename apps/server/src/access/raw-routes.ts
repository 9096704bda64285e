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
] as const;
