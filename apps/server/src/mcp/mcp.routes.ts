import { CONFIGURATION, type Configuration } from '@gatehouse/config';
import { McpServers } from '@gatehouse/mcp-spawner';
import type { INestApplicationContext } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';
import { PROBLEM_TYPE, problem } from '../http/problem.ts';
import { serverNameOf } from './entry/server-name.ts';
import { McpDoor } from './mcp-door.service.ts';
import { resourceMetadata } from './resource-metadata.ts';

const BODY_BYTES = 1024 * 1024;

/**
 * The MCP endpoints, as raw Fastify routes in a scope of their own: bodies arrive as bytes and are read strictly, and
 * whatever is wrong with one is answered as JSON-RPC. Listed in `access/raw-routes.ts`.
 */
export function registerMcpRoutes(fastify: FastifyInstance, app: INestApplicationContext): void {
  const door = app.get(McpDoor);
  const servers = app.get(McpServers);
  const { publicUrl } = app.get<Configuration>(CONFIGURATION).profile;

  void fastify.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser<Buffer>(
      'application/json',
      { parseAs: 'buffer', bodyLimit: BODY_BYTES },
      (_request, body, done) => done(null, body),
    );
    scope.setErrorHandler(async (failure: { readonly statusCode?: number }, request, reply) => {
      const { statusCode = 400 } = failure;
      const reason = statusCode === 413 ? 'is larger than 1 MiB' : 'is not of type application/json';
      if (statusCode === 413 || statusCode === 415) await door.refuseBody(request, reply, statusCode, reason);
      else await door.refuseBody(request, reply, 400, 'could not be read');
      return reply;
    });
    scope.post('/mcp/:server', { bodyLimit: BODY_BYTES }, (request, reply) => void door.post(request, reply));
    scope.get('/mcp/:server', (request, reply) => void door.get(request, reply));
    scope.delete('/mcp/:server', (request, reply) => void door.delete(request, reply));
    scope.get('/.well-known/oauth-protected-resource/mcp/:server', async (request, reply) => {
      const name = serverNameOf(request);
      if (servers.find(name) !== undefined) return resourceMetadata(publicUrl, name);
      return reply
        .code(404)
        .type(PROBLEM_TYPE)
        .send(problem(404, 'MCP_SERVER_UNKNOWN', 'There is no such MCP server.'));
    });
  });
}
