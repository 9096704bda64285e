import { LoginLinks, Users } from '@gatehouse/identity';
import type { TestServer } from '../support/a-server.ts';
import { type PlainAnswer, plainRequest } from '../support/plain-request.ts';

/** Where a person ended up: at an address elsewhere, or at a page of ours. */
export interface Arrival {
  /** The address that the browser was sent to, when it is not ours. */
  readonly location: URL | null;
  readonly page: PlainAnswer;
}

/**
 * A browser as far as pages without scripts need one: it keeps cookies by path and `SameSite=Strict`, follows
 * redirects and refreshes, says where a navigation comes from, and sends forms.
 */
export class TestBrowser {
  readonly #cookies = new Map<string, { readonly value: string; readonly path: string }>();
  /** Every page of ours that it saw, in order. */
  readonly pages: PlainAnswer[] = [];

  /** `hoards`: keeps cookies that it is told to throw away, as whoever has copied them does. */
  constructor(
    private readonly server: Pick<TestServer, 'port' | 'url' | 'app'>,
    private readonly hoards = false,
  ) {}

  /** Logs a person in by a one-time link. */
  async login(email: string): Promise<void> {
    const user = await this.server.app.get(Users).find(email);
    const { url } = await this.server.app.get(LoginLinks).create(user!.id);
    const code = new URL(url.reveal()).searchParams.get('code') ?? '';
    const answer = await this.send('POST', '/login/link', { code, return_to: '/login' });
    if (answer.status !== 200) throw new Error(`not logged in: ${answer.text}`);
  }

  /** Follows a link on another site, as far as it leads. */
  async follow(url: string | URL): Promise<Arrival> {
    return this.#go(this.#pathOf(String(url)), 'cross-site');
  }

  /** Opens an address by hand. */
  async open(url: string | URL): Promise<Arrival> {
    return this.#go(this.#pathOf(String(url)), 'none');
  }

  /** Sends the only form of a page of ours that has this field value, and follows where it leads. */
  async answer(page: PlainAnswer, fields: Readonly<Record<string, string>>): Promise<Arrival> {
    const action = /<form method="post" action="([^"]+)">/.exec(page.text)?.[1];
    if (action === undefined) throw new Error(`no form: ${page.status} ${page.text}`);
    const hidden = [...page.text.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)">/g)];
    const given = Object.fromEntries(hidden.map(([, name, value]) => [name!, unescaped(value!)]));
    return this.#arrive(await this.send('POST', unescaped(action), { ...given, ...fields }));
  }

  /** What happens when somebody follows a program's authorization request and answers. */
  async authorize(url: string | URL, answer: 'allow' | 'refuse' = 'allow'): Promise<URL> {
    const asked = await this.follow(url);
    if (asked.location !== null) return asked.location;
    const answered = await this.answer(asked.page, { answer });
    if (answered.location === null) throw new Error(`stayed: ${answered.page.status} ${answered.page.text}`);
    return answered.location;
  }

  /** Where the login would have led back to that it was last sent to. */
  get sentToLoginFrom(): string {
    const locations = this.pages.map(({ headers }) => headers.location ?? '');
    const login = locations.findLast((one) => one.startsWith('/login?return_to='));
    return new URL(login ?? '', this.server.url).searchParams.get('return_to') ?? '';
  }

  /** One request with the cookies that go with it. */
  async send(
    method: 'GET' | 'POST',
    path: string,
    form?: Readonly<Record<string, string>>,
    site: 'none' | 'same-origin' | 'cross-site' = 'same-origin',
  ): Promise<PlainAnswer> {
    const cookie = site === 'cross-site' ? '' : this.#cookiesFor(path);
    const { host, origin } = new URL(this.server.url);
    const answer = await plainRequest(this.server.port, {
      method,
      path,
      headers: {
        host,
        accept: 'text/html,application/xhtml+xml',
        'sec-fetch-site': site,
        'sec-fetch-mode': 'navigate',
        'sec-fetch-dest': 'document',
        ...(cookie === '' ? {} : { cookie }),
        ...(form === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded', origin }),
      },
      ...(form === undefined ? {} : { body: new URLSearchParams(form).toString() }),
    });
    this.#keep(answer);
    this.pages.push(answer);
    return answer;
  }

  async #go(path: string, site: 'none' | 'cross-site'): Promise<Arrival> {
    return this.#arrive(await this.send('GET', path, undefined, site), site);
  }

  async #arrive(
    first: PlainAnswer,
    site: 'none' | 'same-origin' | 'cross-site' = 'same-origin',
  ): Promise<Arrival> {
    let page = first;
    for (let steps = 0; steps < 10; steps += 1) {
      const refresh = /http-equiv="refresh" content="0;url=([^"]+)"/.exec(page.text)?.[1];
      const target = page.headers.location ?? (refresh === undefined ? undefined : unescaped(refresh));
      if (target === undefined) return { location: null, page };
      const url = new URL(target, this.server.url);
      if (url.origin !== new URL(this.server.url).origin) return { location: url, page };
      // A redirect is still the other site's navigation; a page of ours that refreshes begins one of its own.
      const next = page.headers.location === undefined ? 'same-origin' : site;
      page = await this.send('GET', `${url.pathname}${url.search}`, undefined, next);
      site = next;
    }
    throw new Error('led in circles');
  }

  #pathOf(url: string): string {
    const { pathname, search } = new URL(url, this.server.url);
    return `${pathname}${search}`;
  }

  #keep({ headers }: PlainAnswer): void {
    for (const line of headers['set-cookie'] ?? []) {
      const [pair = '', ...attributes] = line.split(';').map((part) => part.trim());
      const [name = '', value = ''] = pair.split(/=(.*)/s);
      const attribute = (wanted: string) =>
        attributes.find((one) => one.toLowerCase().startsWith(`${wanted}=`))?.slice(wanted.length + 1);
      const gone = attribute('max-age') === '0' || Date.parse(attribute('expires') ?? '') < Date.now();
      if (gone && this.hoards) continue;
      if (gone) this.#cookies.delete(name);
      else this.#cookies.set(name, { value, path: attribute('path') ?? '/' });
    }
  }

  #cookiesFor(path: string): string {
    return [...this.#cookies]
      .filter(([, cookie]) => path.startsWith(cookie.path))
      .map(([name, { value }]) => `${name}=${value}`)
      .join('; ');
  }
}

function unescaped(text: string): string {
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');
}
