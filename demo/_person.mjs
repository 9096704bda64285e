#!/usr/bin/env node
// A person at a browser, as far as the demos need one: logs in by a one-time link, then answers a program's request.
// allow|refuse LINK USER_CODE; prints the title of the page that comes of it.
const [answer, link, userCode] = process.argv.slice(2);
const { origin } = new URL(link);
const jar = new Map();

async function visit(path, form) {
  const response = await fetch(new URL(path, origin), {
    method: form === undefined ? 'GET' : 'POST',
    redirect: 'manual',
    headers: {
      cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; '),
      ...(form === undefined ? {} : { origin, 'content-type': 'application/x-www-form-urlencoded' }),
    },
    ...(form === undefined ? {} : { body: new URLSearchParams(form) }),
  });
  for (const line of response.headers.getSetCookie()) {
    const [, name, value] = /^([^=]+)=([^;]*)/.exec(line);
    jar.set(name, value);
  }
  return response.text();
}

function hiddenFields(page) {
  const fields = [...page.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)">/g)];
  return Object.fromEntries(fields.map(([, name, value]) => [name, value]));
}

await visit('/login/link', hiddenFields(await visit(link)));
const asked = await visit(`/oauth/device?user_code=${encodeURIComponent(userCode)}`);
const seen = [...asked.matchAll(/<(?:strong|code)>([^<]+)</g)].map(([, text]) => text);
process.stdout.write(`the page says: ${seen.join(' | ')}\n`);
const done = await visit('/oauth/device', { ...hiddenFields(asked), answer });
process.stdout.write(`${/<h1>([^<]+)</.exec(done)?.[1] ?? 'nothing'}\n`);
