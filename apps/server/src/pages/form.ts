import { AppError } from '@gatehouse/kernel';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { sendProblemPage } from './page.ts';

const FORM_BYTES = 16 * 1024;

/** The fields of a form, each once. */
export type Form = ReadonlyMap<string, string>;

/**
 * Lets the routes of this scope read forms of our own pages. A browser says in `Origin` or `Sec-Fetch-Site` where a
 * form comes from; one that nobody says anything about is refused, and so is one from elsewhere (by the origin check
 * before). JSON stays readable where a script of ours sends it.
 */
export function installForms(scope: FastifyInstance): void {
  scope.addContentTypeParser<string>(
    'application/x-www-form-urlencoded',
    { parseAs: 'string', bodyLimit: FORM_BYTES },
    (_request, body, done) => done(null, fieldsOf(body)),
  );
  scope.addHook('preValidation', async (request, reply) => {
    if (request.method !== 'POST') return;
    if (request.headers.origin === undefined && request.headers['sec-fetch-site'] !== 'same-origin') {
      await sendProblemPage(reply, 400, 'Not from here', 'This form was not sent by a page of Gatehouse.');
    }
  });
  scope.setErrorHandler(async (error: { readonly statusCode?: number }, _request, reply) => {
    const { statusCode = error instanceof AppError && error.owner === 'caller' ? 400 : 500 } = error;
    if (statusCode === 413) return sendProblemPage(reply, 413, 'Too large', 'The form is too large.');
    if (statusCode === 415) return sendProblemPage(reply, 415, 'Not a form', 'Send the form of the page.');
    if (statusCode < 500) return sendProblemPage(reply, 400, 'Not readable', 'The form could not be read.');
    return sendProblemPage(
      reply,
      500,
      'Something failed',
      'Something failed here. Try again, or tell the operator.',
    );
  });
}

export function formOf({ body }: FastifyRequest): Form {
  return body instanceof Map ? (body as Form) : new Map();
}

function fieldsOf(body: string): Form {
  const fields = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(body)) {
    if (fields.has(name)) return new Map();
    fields.set(name, value);
  }
  return fields;
}
