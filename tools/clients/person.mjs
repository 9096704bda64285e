#!/usr/bin/env node
/**
 * A person at a browser, as far as a client's login needs one: LINK URL. Logs in by the one-time link, opens the page that
 * the client asks for, allows what it asks, and goes where the answer goes.
 */
const [link, url] = process.argv.slice(2);
const { origin } = new URL(link);
const jar = new Map();

async function visit(target, form) {
  const sent = form && { origin, 'content-type': 'application/x-www-form-urlencoded' };
  const response = await fetch(new URL(target, origin), {
    method: form ? 'POST' : 'GET',
    redirect: 'manual',
    headers: { ...sent, cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; ') },
    body: form && new URLSearchParams(form),
  });
  for (const line of response.headers.getSetCookie()) {
    const [, name, value] = /^([^=]+)=([^;]*)/.exec(line);
    jar.set(name, value);
  }
  const text = await response.text();
  const refreshed = /http-equiv="refresh" content="0;url=([^"]+)"/.exec(text)?.[1];
  return { text, next: response.headers.get('location') ?? refreshed?.replaceAll('&amp;', '&') };
}

/** Follows pages that lead on, as long as they are the server's own. */
async function follow(page) {
  let at = page;
  while (at.next !== undefined && new URL(at.next, origin).origin === origin) at = await visit(at.next);
  return at;
}

function hiddenFields({ text }) {
  const fields = [...text.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)">/g)];
  return Object.fromEntries(fields.map(([, name, value]) => [name, value]));
}

await visit('/login/link', hiddenFields(await visit(link)));
const asked = await follow({ next: url });
const form = /<form method="post" action="([^"]+)"/.exec(asked.text)?.[1];
if (form === undefined) throw new Error(`nothing to allow: ${/<h1>([^<]+)</.exec(asked.text)?.[1]}`);
const answered = await follow(await visit(form, { ...hiddenFields(asked), answer: 'allow' }));
await (await fetch(answered.next)).text();
