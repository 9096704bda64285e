import type { AskingClient, AuthorizationRequest, WantedAccess } from '@gatehouse/oauth';
import { type Html, html } from '../pages/html.ts';
import type { Page } from '../pages/page.ts';

export interface ConsentPerson {
  readonly displayName: string;
  readonly email: string;
  readonly csrfToken: string;
}

/** What a person is asked, with what is known about who asks: what the program says of itself is marked as said. */
export function consentPage(asked: AuthorizationRequest, person: ConsentPerson, mayRemember: boolean): Page {
  return {
    title: 'Let a program have access?',
    body: html`${accountLine(person)}
${clientLines(asked.client)}
${targetLines(asked)}
${accessLines(asked.wanted)}
<form method="post" action="/oauth/consent/${asked.uid}">
<input type="hidden" name="csrf_token" value="${person.csrfToken}">
${
  mayRemember &&
  html`<p><label><input type="checkbox" name="remember" value="yes"> Do not ask again for this program, address and access</label></p>`
}
<button type="submit" name="answer" value="allow">Allow</button>
<button type="submit" name="answer" value="refuse">Refuse</button>
</form>`,
  };
}

export function accountLine({ displayName, email }: ConsentPerson): Html {
  return html`<p>You are logged in as <strong>${displayName}</strong> (${email}).</p>`;
}

/** Who asks. Nothing of it is proven but the host of a client's own page. */
export function clientLines({ name, origin }: AskingClient): Html {
  if (origin.kind === 'gatehouse') return html`<p>The <strong>Gatehouse command line</strong> asks.</p>`;
  if (origin.kind === 'document')
    return html`<p>A program described at <strong>${origin.host}</strong> asks. It calls itself “${name}”.</p>`;
  return html`<p>A program asks that registered itself: nobody has looked at it. It calls itself “${name}”.</p>`;
}

function targetLines({ loopback, redirectHost, redirectUri }: AuthorizationRequest): Html {
  const address = html`<code>${redirectUri}</code>`;
  if (loopback)
    return html`<p>The answer goes to <strong>this computer</strong>, to whatever program listens at ${address}.</p>
<p role="alert">Any program on this computer can say to be this one. Allow it only if you have just started it yourself.</p>`;
  if (redirectHost.endsWith(':'))
    return html`<p>The answer goes to the program on this computer that opens <strong>${redirectHost}</strong> addresses: ${address}.</p>
<p role="alert">Any program on this computer can say to be this one. Allow it only if you have just started it yourself.</p>`;
  return html`<p>The answer goes to <strong>${redirectHost}</strong>: ${address}.</p>`;
}

export function accessLines({ resourceUrl, scopes }: WantedAccess): Html {
  return html`<h2>It could then</h2>
<ul>${scopes.map(({ scope, meaning }) => html`<li>${meaning} <code>${scope}</code></li>`)}</ul>
${resourceUrl !== null && html`<p>At <code>${resourceUrl}</code> and nowhere else. Whatever it does is decided and recorded as yours.</p>`}`;
}

/** On to where the request goes from here, by a step of its own: no form of ours leads to another site. */
export function goOnPage(next: string): Page {
  return { title: 'One moment', next, body: html`<p><a href="${next}">Go on</a></p>` };
}
