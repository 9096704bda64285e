import { createHash } from 'node:crypto';
import type { FastifyReply } from 'fastify';
import { Html, html } from './html.ts';

const STYLE = [
  ':root{color-scheme:light dark}',
  'body{font:1rem/1.5 system-ui,sans-serif;max-width:36rem;margin:2rem auto;padding:0 1rem}',
  'h1{font-size:1.5rem}h2{font-size:1.125rem;margin-top:2rem}',
  'label{display:block;font-weight:600;margin:1rem 0 .25rem}',
  'input{font:inherit;width:100%;box-sizing:border-box;padding:.5rem}',
  'button{font:inherit;padding:.5rem 1rem;margin-top:1rem}',
  'code{overflow-wrap:anywhere}',
  '[role=alert]{border-left:.25rem solid #b00020;padding-left:.75rem}',
].join('');

const STYLE_HASH = `'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`;

export interface Page {
  readonly title: string;
  readonly body: Html;
  /** Paths of our own scripts; none on a page that works without any. */
  readonly scripts?: readonly string[];
  /** Origins beside ours to which a form of the page may lead, by redirect too. */
  readonly formTargets?: readonly string[];
  /** Our own path to which the page goes on by itself. */
  readonly next?: string;
}

export interface RenderedPage {
  readonly html: string;
  readonly headers: Record<string, string>;
}

/**
 * Sends a page of ours. It loads nothing but our own scripts, cannot be framed, and its forms lead back here. Its
 * referrer policy lets a browser say in `Origin` that a form is ours: under `no-referrer` it would say `null`.
 */
export function sendPage(reply: FastifyReply, page: Page) {
  const { html: text, headers } = renderPage(page);
  return reply.headers(headers).type('text/html; charset=utf-8').send(text);
}

/** A page's markup, and what has to be sent with it. */
export function renderPage({ title, body, scripts = [], formTargets = [], next }: Page): RenderedPage {
  const document = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · Gatehouse</title>
${next !== undefined && html`<meta http-equiv="refresh" content="0;url=${next}">`}
<style>${new Html(STYLE)}</style>
${scripts.map((path) => html`<script src="${path}" defer></script>`)}
</head>
<body>
<main>
<h1>${title}</h1>
${body}
</main>
</body>
</html>
`;
  return {
    html: document.text,
    headers: {
      'content-security-policy': [
        "default-src 'none'",
        `style-src ${STYLE_HASH}`,
        ...(scripts.length === 0 ? [] : ["script-src 'self'", "connect-src 'self'"]),
        `form-action ${["'self'", ...formTargets].join(' ')}`,
        "frame-ancestors 'none'",
        "base-uri 'none'",
      ].join('; '),
      'referrer-policy': 'same-origin',
    },
  };
}

/** A page that says in one sentence why not. */
export function sendProblemPage(reply: FastifyReply, status: number, title: string, sentence: string) {
  return sendPage(reply.code(status), problemPage(title, sentence));
}

export function problemPage(title: string, sentence: string): Page {
  return { title, body: html`<p role="alert">${sentence}</p>` };
}
