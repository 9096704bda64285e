import type { BrowserSession, Passkey, User } from '@gatehouse/identity';
import { type Html, html } from '../pages/html.ts';
import type { Page } from '../pages/page.ts';

const SCRIPTS = ['/login/passkey.js'];
const PROBLEM = html`<p id="passkey-problem" role="alert" hidden></p>`;

const WAYS = html`<p>An administrator makes a one-time link for you at the command line:
<code>gatehouse admin users login-link you@example.com</code></p>`;

/** Ways in for somebody whom we do not know yet. */
export function loginPage(returnTo: string, problem?: string): Page {
  return {
    title: 'Log in',
    scripts: SCRIPTS,
    body: html`${problem !== undefined && html`<p role="alert">${problem}</p>`}
<h2>With a passkey</h2>
<button type="button" id="passkey-login" data-return-to="${returnTo}" disabled>Log in with a passkey</button>
${PROBLEM}
<h2>With a one-time code</h2>
${WAYS}
<form method="post" action="/login/link">
<input type="hidden" name="return_to" value="${returnTo}">
<label for="code">Code</label>
<input id="code" name="code" required autocomplete="off" spellcheck="false">
<button type="submit">Log in</button>
</form>
<h2>Without one</h2>
<p>Ask for a link. An administrator sees that you did.</p>
<form method="post" action="/login/request">
<input type="hidden" name="return_to" value="${returnTo}">
<label for="email">Your e-mail address</label>
<input id="email" name="email" type="email" required autocomplete="email">
<button type="submit">Ask for a link</button>
</form>`,
  };
}

/** What a one-time link opens: nothing happens before the button is pressed. */
export function linkPage(code: string, returnTo: string): Page {
  return {
    title: 'Log in',
    body: html`<p>This one-time link logs you in at this browser. It is good once.</p>
<form method="post" action="/login/link">
<input type="hidden" name="code" value="${code}">
<input type="hidden" name="return_to" value="${returnTo}">
<button type="submit">Log in</button>
</form>`,
  };
}

export function loggedInPage(user: User, session: BrowserSession, more: Html | null = null): Page {
  return {
    title: 'Logged in',
    scripts: SCRIPTS,
    body: html`<p>You are logged in as <strong>${user.displayName}</strong> (${user.email}), role ${user.role}.</p>
${more}
${logoutForm(session)}`,
  };
}

/** The passkeys of somebody who is logged in, and how to add one. */
export function passkeySection(passkeys: readonly Passkey[], { csrfToken }: BrowserSession): Html {
  return html`<h2>Passkeys</h2>
${
  passkeys.length === 0
    ? html`<p>You have no passkey.</p>`
    : html`<button type="button" id="passkey-login" data-return-to="/login" disabled>Log in again with a passkey</button>
<ul>${passkeys.map(
        ({ id, name }) => html`<li><span>${name}</span>
<form method="post" action="/login/passkeys/remove">
<input type="hidden" name="csrf_token" value="${csrfToken}">
<input type="hidden" name="id" value="${id}">
<button type="submit" aria-label="Remove the passkey ${name}">Remove</button>
</form></li>`,
      )}</ul>`
}
<label for="passkey-name">Name of this device</label>
<input id="passkey-name" maxlength="100" autocomplete="off">
<button type="button" id="passkey-add" data-csrf="${csrfToken}" disabled>Add a passkey</button>
${PROBLEM}`;
}

export function logoutForm({ csrfToken }: BrowserSession): Html {
  return html`<form method="post" action="/logout">
<input type="hidden" name="csrf_token" value="${csrfToken}">
<button type="submit">Log out</button>
</form>`;
}

/** After a login: on to where the person was going, by a step of its own, which carries the new cookie. */
export function goOnPage(next: string): Page {
  return { title: 'Logged in', next, body: html`<p><a href="${next}">Go on</a></p>` };
}

export function requestedPage(returnTo: string): Page {
  return {
    title: 'Asked',
    body: html`<p>If this address belongs to an active user, or may have an account here, an administrator sees that you asked. The link that you get is good for ten minutes.</p>
<p><a href="/login?return_to=${encodeURIComponent(returnTo)}">Back</a></p>`,
  };
}

export function loggedOutPage(): Page {
  return { title: 'Logged out', body: html`<p><a href="/login">Log in again</a></p>` };
}
