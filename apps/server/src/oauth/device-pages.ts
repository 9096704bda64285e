import type { DeviceRequest } from '@gatehouse/oauth';
import { html } from '../pages/html.ts';
import type { Page } from '../pages/page.ts';
import { accessLines, accountLine, type ConsentPerson, clientLines } from './consent-page.ts';

/** Where a person types the code that a program elsewhere shows. */
export function codePage(problem?: string): Page {
  return {
    title: 'Connect a program',
    body: html`${problem !== undefined && html`<p role="alert">${problem}</p>`}
<form method="get" action="/oauth/device">
<label for="user_code">The code that the program shows</label>
<input id="user_code" name="user_code" required autocomplete="off" autocapitalize="characters" spellcheck="false" maxlength="20">
<button type="submit">Go on</button>
</form>`,
  };
}

/** Who waits, from where, and for what: a code that somebody else sent shows here. */
export function devicePage(asked: DeviceRequest, person: ConsentPerson): Page {
  const { address, userAgent, askedAt } = asked.requester;
  return {
    title: 'Connect this program?',
    body: html`${accountLine(person)}
${clientLines(asked.client)}
<p>It waits with the code <strong>${asked.userCode}</strong>. It asked at ${askedAt.toISOString().slice(0, 19).replace('T', ' ')} UTC from the address <strong>${address}</strong>${userAgent !== '' && html` and says to be <code>${userAgent}</code>`}.</p>
<p role="alert">Go on only if you see this code at a program that you have just started yourself. Nobody from Gatehouse ever sends you a code.</p>
${accessLines(asked.wanted)}
<form method="post" action="/oauth/device">
<input type="hidden" name="csrf_token" value="${person.csrfToken}">
<input type="hidden" name="user_code" value="${asked.userCode}">
<button type="submit" name="answer" value="allow">Allow</button>
<button type="submit" name="answer" value="refuse">Refuse</button>
</form>`,
  };
}

export function answeredPage(allowed: boolean): Page {
  return {
    title: allowed ? 'Connected' : 'Refused',
    body: html`<p>${allowed ? 'The program goes on by itself.' : 'The program gets no access.'} You can close this page.</p>`,
  };
}
