/** The one script of the login pages: it asks the authenticator, and sends what it answers. */
export const PASSKEY_SCRIPT = `'use strict';
(() => {
  const main = document.querySelector('main');
  const problem = document.getElementById('passkey-problem');
  const say = (text) => { problem.textContent = text; problem.hidden = false; };
  const post = async (path, body, headers) => {
    const response = await fetch(path, {
      method: 'POST',
      credentials: 'same-origin',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
    const answer = await response.json().catch(() => ({ title: 'Something failed. Try again, or tell the operator.' }));
    if (!response.ok) throw new Error(answer.title);
    return answer;
  };
  const run = (button, work) => {
    button.disabled = false;
    button.addEventListener('click', async () => {
      button.disabled = true;
      problem.hidden = true;
      try { await work(button.dataset); } catch (error) { say(error.message); }
      button.disabled = false;
    });
  };
  if (window.PublicKeyCredential?.parseRequestOptionsFromJSON === undefined) {
    say('This browser has no passkeys here.');
    return;
  }
  const login = document.getElementById('passkey-login');
  if (login) run(login, async ({ returnTo }) => {
    const { options } = await post('/login/passkey/options', {});
    const credential = await navigator.credentials.get({
      publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options),
    });
    const { next } = await post('/login/passkey', { response: credential.toJSON(), return_to: returnTo });
    location.assign(next);
  });
  const prove = document.getElementById('passkey-prove');
  if (prove) run(prove, async ({ code }) => {
    const { options } = await post('/login/prove/passkey/options', { code });
    const credential = await navigator.credentials.get({
      publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options),
    });
    const { next } = await post('/login/prove/passkey', { code, response: credential.toJSON() });
    location.assign(next);
  });
  const add = document.getElementById('passkey-add');
  if (add) run(add, async ({ csrf }) => {
    const headers = { 'x-csrf-token': csrf };
    const { options } = await post('/login/passkeys/options', {}, headers);
    const credential = await navigator.credentials.create({
      publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options),
    });
    const name = document.getElementById('passkey-name').value;
    await post('/login/passkeys', { response: credential.toJSON(), name }, headers);
    location.assign('/login');
  });
})();
`;
