import { AppError } from '@gatehouse/kernel';
import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException, Logger } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { PROBLEM_TYPE, type Problem, problem } from './problem.ts';

/** Turns whatever an endpoint throws into problem details. Only here does an error become an HTTP status. */
@Catch()
export class ProblemDetailsFilter implements ExceptionFilter {
  readonly #logger = new Logger('http');

  catch(error: unknown, host: ArgumentsHost): void {
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const { status, ...rest } = this.#problemOf(error);
    const retryAfter = (error as { retryAfterS?: unknown }).retryAfterS;
    if (typeof retryAfter === 'number') void reply.header('retry-after', String(retryAfter));
    void reply
      .status(status)
      .type(PROBLEM_TYPE)
      .send({ ...rest, status });
  }

  #problemOf(error: unknown): Problem {
    if (error instanceof AppError) return appProblem(error);
    if (error instanceof HttpException) return httpProblem(error);
    const fastify = fastifyProblem(error);
    if (fastify !== null) return fastify;
    this.#logger.error({
      message: 'an endpoint failed',
      error: (error as Error | undefined)?.name ?? 'unknown',
    });
    return problem(
      500,
      'INTERNAL_ERROR',
      'Something failed here. It is on record; try again or tell the operator.',
    );
  }
}

const OWNER_STATUS = { caller: 400, operator: 503, gatehouse: 500 } as const;

function appProblem(error: AppError): Problem {
  const status = statusOfCode(error.code) ?? OWNER_STATUS[error.owner];
  return problem(status, error.code, error.message, error.hint === undefined ? {} : { detail: error.hint });
}

/** Codes say what happened in their last word; these are the ones that HTTP has a status for. */
function statusOfCode(code: string): number | undefined {
  if (code.endsWith('_NOT_FOUND') || code.endsWith('_UNKNOWN')) return 404;
  if (code.endsWith('_EXISTS') || code.endsWith('_TAKEN') || code.endsWith('_CONFLICT')) return 409;
  if (code.endsWith('_FORBIDDEN') || code.endsWith('_REFUSED')) return 403;
  if (code.endsWith('_LIMITED') || code.endsWith('_RATE')) return 429;
  return undefined;
}

function httpProblem(error: HttpException): Problem {
  const status = error.getStatus();
  const body = error.getResponse();
  const messages = typeof body === 'object' && 'message' in body ? body.message : undefined;
  const errors = Array.isArray(messages)
    ? messages.filter((m): m is string => typeof m === 'string').map(withoutStrangeName)
    : undefined;
  const code =
    typeof body === 'object' && 'code' in body && typeof body.code === 'string'
      ? body.code
      : `HTTP_${status}`;
  if (errors !== undefined)
    return problem(status, 'REQUEST_INVALID', 'The request is not valid.', { errors });
  return problem(
    status,
    code,
    status === 404 && code === 'HTTP_404' ? 'There is nothing at this address.' : error.message,
  );
}

/** A property that nobody knows is named by the client: only what can be a word is said again (threat T24). */
function withoutStrangeName(message: string): string {
  const name = /^property (.*) should not exist$/s.exec(message)?.[1];
  if (name === undefined || /^[A-Za-z_]{1,32}$/.test(name)) return message;
  return 'a property that is not known should not exist';
}

const FASTIFY: Readonly<Record<string, Problem>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: problem(413, 'BODY_TOO_LARGE', 'The request body is too large.'),
  FST_ERR_CTP_INVALID_MEDIA_TYPE: problem(
    415,
    'MEDIA_TYPE_UNSUPPORTED',
    'Send JSON with content type application/json.',
  ),
  FST_ERR_CTP_EMPTY_JSON_BODY: problem(400, 'BODY_INVALID', 'The request body is empty.'),
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: problem(
    400,
    'BODY_INVALID',
    'The content length does not match the body.',
  ),
};

function fastifyProblem(error: unknown): Problem | null {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' ? (FASTIFY[code] ?? null) : null;
}
