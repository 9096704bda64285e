import { type CommittedRow, inTrace, notingRows, receiptText } from '@gatehouse/audit';
import { traceIdOf } from '@gatehouse/governance';
import { newTraceId } from '@gatehouse/kernel';
import type { FastifyInstance, FastifyRequest } from 'fastify';

/** Where the rows of an answer stand, as a list of RFC 9651 (`receiptText`). */
export const RECEIPT_HEADER = 'gatehouse-receipt';

/** A header is no place for the thousand rows of a bulk change. */
const MOST_RECEIPTS = 16;

/**
 * Requests to the API and to the login pages: their answers name the rows that were written for them, whichever service
 * wrote them, and rows and log lines carry the client's trace. The doors of hooks and MCP know their rows and traces, and
 * say so themselves.
 */
export function installRequestScope(fastify: FastifyInstance): void {
  const written = new WeakMap<FastifyRequest, CommittedRow[]>();
  fastify.addHook('onRoute', (route) => {
    if (!/^\/(?:api\/v1|login)(?:\/|$)/.test(route.url) || route.url.startsWith('/api/v1/hooks/')) return;
    // Behind the body, since reading it takes the work out of where it was begun.
    route.preHandler = [
      (request: FastifyRequest, _reply: unknown, done: () => void) => {
        const rows: CommittedRow[] = [];
        written.set(request, rows);
        const { traceparent } = request.headers;
        const traceId = typeof traceparent === 'string' ? traceIdOf(traceparent) : null;
        inTrace(traceId ?? newTraceId(), () => notingRows(rows, done));
      },
      ...[route.preHandler ?? []].flat(),
    ];
    route.onSend = [
      ...[route.onSend ?? []].flat(),
      async (request, reply, payload) => {
        const receipt = receiptText(...(written.get(request) ?? []).slice(0, MOST_RECEIPTS));
        if (receipt !== '') void reply.header(RECEIPT_HEADER, receipt);
        return payload;
      },
    ];
  });
}
