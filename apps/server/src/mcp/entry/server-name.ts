import type { FastifyRequest } from 'fastify';

/** From the path; what is no server's name by its alphabet is shown as none. */
export function serverNameOf(request: FastifyRequest): string {
  const { server } = request.params as { readonly server: string };
  return /^[A-Za-z0-9_-]{1,64}$/.test(server) ? server : '_';
}
