import type { FastifyRequest } from 'fastify';

/** The route as rows name it: `GET /api/v1/audit/{id}`; `GET /` where there is none. */
export function routeTemplate({ method, routeOptions }: FastifyRequest): string {
  return `${method} ${(routeOptions.url ?? '/').replace(/:([A-Za-z]+)/g, '{$1}')}`;
}
