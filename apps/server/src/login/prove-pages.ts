import type { OperatorRequest } from '@gatehouse/identity';
import { html } from '../pages/html.ts';
import type { Page } from '../pages/page.ts';

/** Where a person types the code that a command line shows. */
export function proveCodePage(problem?: string): Page {
  return {
    title: 'Prove that it is you',
    body: html`${problem !== undefined && html`<p role="alert">${problem}</p>`}
<form method="get" action="/login/prove">
<label for="code">The code that the command line shows</label>
<input id="code" name="code" required autocomplete="off" autocapitalize="characters" spellcheck="false" maxlength="20">
<button type="submit">Go on</button>
</form>`,
  };
}

/** What waits, where it was started, and the ways to say that it was oneself. */
export function provePage({ code, command, origin, createdAt }: OperatorRequest, problem?: string): Page {
  const { uid, parent, terminal } = origin;
  const asked = createdAt.toISOString().slice(0, 19).replace('T', ' ');
  return {
    title: 'Is this you?',
    scripts: ['/login/passkey.js'],
    body: html`${problem !== undefined && html`<p role="alert">${problem}</p>`}
<p>A command line of this Gatehouse waits with the code <strong>${code}</strong> to run:</p>
<p><code>${command}</code></p>
<p>It was started at ${asked} UTC by ${typeof parent === 'string' ? html`<code>${parent}</code>` : 'a program without a name'},
as user ${typeof uid === 'number' ? uid : 'unknown'} of the operating system, ${terminal === true ? 'at a terminal' : 'without a terminal'}.</p>
<p role="alert">Go on only if you have just started just this yourself. A program or an agent that runs as you can start it too.</p>
<h2>With a passkey</h2>
<button type="button" id="passkey-prove" data-code="${code}" disabled>It is me: use a passkey</button>
<p id="passkey-problem" role="alert" hidden></p>
<h2>With a one-time code</h2>
<form method="post" action="/login/prove/link">
<input type="hidden" name="code" value="${code}">
<label for="link">The code of a one-time link that an administrator made for you</label>
<input id="link" name="link" required autocomplete="off" spellcheck="false">
<button type="submit">It is me</button>
</form>
<h2>Not you?</h2>
<form method="post" action="/login/prove/refuse">
<input type="hidden" name="code" value="${code}">
<button type="submit">It is not me</button>
</form>`,
  };
}

export function provenPage(): Page {
  return {
    title: 'Proven',
    body: html`<p>The command line goes on by itself. You can close this page.</p>`,
  };
}

export function notProvenPage(): Page {
  return {
    title: 'Refused',
    body: html`<p>The command line does nothing. If you did not start it, look for what did: its attempt is in the audit log.</p>`,
  };
}
