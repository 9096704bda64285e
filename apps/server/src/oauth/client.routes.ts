import { CONFIGURATION, type Configuration } from '@gatehouse/config';
import { isJsonObject, parseStrictJson } from '@gatehouse/kernel';
import { ClientAuthentication, Registration, TokenInquiry } from '@gatehouse/oauth';
import type { INestApplicationContext } from '@nestjs/common';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { bearerOf } from '../http/bearer.ts';
import type { OAuthRequestKind } from './oauth-throttle.ts';

const BODY_BYTES = 16 * 1024;
/** Where there is no room for one more client: those that nobody uses go after an hour. */
const ROOM_AFTER_SECONDS = '600';

/** What stands between a request and its answer here. */
export interface OAuthDoor {
  /** False when there were too many requests: then they have been answered. */
  admits(kind: OAuthRequestKind, request: FastifyRequest, reply: FastifyReply): boolean;
  /** Puts a refusal on record. */
  refused(request: FastifyRequest, code: string): void;
}

/** The endpoints for programs that stand in front of the provider's: registration, introspection, revocation, userinfo. */
export function registerClientRoutes(
  scope: FastifyInstance,
  app: INestApplicationContext,
  door: OAuthDoor,
): void {
  const registration = app.get(Registration);
  const clients = app.get(ClientAuthentication);
  const inquiry = app.get(TokenInquiry);
  const { services } = app.get<Configuration>(CONFIGURATION);

  scope.removeAllContentTypeParsers();
  const bytes = { parseAs: 'buffer', bodyLimit: BODY_BYTES } as const;
  scope.addContentTypeParser<Buffer>('application/json', bytes, (_request, body, done) => {
    const parsed = parseStrictJson(body);
    if (parsed.ok) done(null, parsed.value);
    else done(new InvalidBody());
  });
  scope.addContentTypeParser<Buffer>('application/x-www-form-urlencoded', bytes, (_request, body, done) => {
    const fields = new URLSearchParams(body.toString('utf8'));
    if (new Set(fields.keys()).size === [...fields.keys()].length) done(null, Object.fromEntries(fields));
    else done(new InvalidBody());
  });
  scope.setErrorHandler(async (error: OAuthFailure, request, reply) => {
    const { code, status, description } = failureOf(error);
    door.refused(request, code);
    if (status === 401) void reply.header('www-authenticate', 'Basic realm="gatehouse"');
    if (status === 429) void reply.header('retry-after', ROOM_AFTER_SECONDS);
    return reply.code(status).send({ error: code, error_description: description });
  });

  const client = (request: FastifyRequest) => {
    const { client_id: clientId, client_secret: clientSecret } = fieldsOf(request);
    return clients.authenticate({ authorization: request.headers.authorization, clientId, clientSecret });
  };

  scope.post('/oauth/register', async (request, reply) => {
    if (!services.settings.oauth.registration) throw new InvalidBody('registration is closed', 403);
    if (!door.admits('register', request, reply)) return reply;
    const { body } = request;
    if (!isJsonObject(body as never)) throw new InvalidBody();
    return reply.code(201).send(await registration.register(body as Record<string, unknown>));
  });

  scope.post('/oauth/introspect', async (request, reply) => {
    if (!door.admits('token', request, reply)) return reply;
    const { token } = fieldsOf(request);
    const asking = await client(request);
    if (token === undefined) throw new InvalidBody('the token is missing');
    return inquiry.introspect(asking, token);
  });

  scope.post('/oauth/revoke', async (request, reply) => {
    if (!door.admits('token', request, reply)) return reply;
    const { token } = fieldsOf(request);
    const asking = await client(request);
    if (token === undefined) throw new InvalidBody('the token is missing');
    await inquiry.revoke(asking, token);
    return reply.code(200).send({});
  });

  const userinfo = async (request: FastifyRequest, reply: FastifyReply) => {
    const told = await inquiry.userinfo(bearerOf(request));
    if (told !== undefined) return told;
    if (bearerOf(request) !== undefined) door.refused(request, 'invalid_token');
    const challenge = bearerOf(request) === undefined ? 'Bearer' : 'Bearer error="invalid_token"';
    return reply.code(401).header('www-authenticate', challenge).send({ error: 'invalid_token' });
  };
  scope.get('/oauth/userinfo', userinfo);
  scope.post('/oauth/userinfo', userinfo);
}

type Fields = Readonly<Partial<Record<'token' | 'client_id' | 'client_secret', string>>>;

function fieldsOf({ body }: FastifyRequest): Fields {
  const fields = typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
  return Object.fromEntries(
    (['token', 'client_id', 'client_secret'] as const).flatMap((name) => {
      const value = fields[name];
      return typeof value === 'string' && value !== '' ? [[name, value]] : [];
    }),
  );
}

class InvalidBody extends Error {
  readonly error = 'invalid_request';
  constructor(
    readonly error_description = 'the body is not readable',
    readonly statusCode = 400,
  ) {
    super('invalid_request');
  }
}

interface OAuthFailure {
  readonly error?: unknown;
  readonly error_description?: unknown;
  readonly statusCode?: number;
}

function failureOf({ error, error_description: description, statusCode = 500 }: OAuthFailure) {
  if (typeof error === 'string' && statusCode < 500) {
    const status = error === 'invalid_client' ? 401 : error === 'temporarily_unavailable' ? 429 : statusCode;
    return { code: error, status, description: typeof description === 'string' ? description : error };
  }
  if (statusCode < 500)
    return { code: 'invalid_request', status: statusCode, description: 'the body is not readable' };
  return { code: 'server_error', status: 500, description: 'something failed here' };
}
