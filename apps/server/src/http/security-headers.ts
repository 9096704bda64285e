import { createHash } from 'node:crypto';
import type { Profile } from '@gatehouse/config';
import type { FastifyInstance } from 'fastify';
import { screenJson } from './screen-json.ts';

const NOTHING = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

const PAGES = '/api/docs';

/**
 * On every answer, the raw routes' and the refusals' too: nothing of it is cached, sniffed for another type, framed,
 * or run. A page of ours gets just what it is made of: scripts and styles of our own files, and the inline styles it
 * was served with, by their hash. JSON is written so that a screen can show it (threat T25).
 */
export function installSecurityHeaders(fastify: FastifyInstance, { publicUrl }: Profile): void {
  const always: Record<string, string> = {
    'cache-control': 'no-store',
    'content-security-policy': NOTHING,
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    ...(publicUrl.startsWith('https:') ? { 'strict-transport-security': 'max-age=31536000' } : {}),
  };
  fastify.addHook('onRequest', (_request, reply, done) => {
    void reply.headers(always);
    done();
  });
  // Of the routes that serve a page, so that a decision pays nothing for it.
  fastify.addHook('onRoute', (route) => {
    if (!route.url.startsWith(PAGES)) return;
    route.onSend = (_request, reply, payload, done) => {
      if (typeof payload === 'string' && String(reply.getHeader('content-type')).startsWith('text/html')) {
        void reply.header('content-security-policy', policyOf(payload));
      }
      done(null, payload);
    };
  });
  fastify.setReplySerializer((payload) => screenJson(payload));
}

/** What a page of ours may load. Only our own markup gets here: no answer holds anyone else's. */
function policyOf(html: string): string {
  const hashes = (pattern: RegExp) =>
    [...new Set([...html.matchAll(pattern)].map(([, text]) => `'${hashOf(text ?? '')}'`))].join(' ');
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' ${hashes(/<style>([^<]*)<\/style>/g)}`,
    `style-src-attr 'unsafe-hashes' ${hashes(/ style="([^"]*)"/g)}`,
    "img-src 'self' data:",
    "connect-src 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
