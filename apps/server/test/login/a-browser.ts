import { type PlainAnswer, plainRequest } from '../support/plain-request.ts';

/** What a browser without scripts does: keeps cookies, sends forms of the page it is on. */
export class PlainBrowser {
  readonly #cookies = new Map<string, string>();

  constructor(private readonly port: number) {}

  get cookie(): string {
    return [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  async open(path: string, headers: Record<string, string> = {}): Promise<PlainAnswer> {
    return this.#keep(await plainRequest(this.port, { path, headers: { ...this.#own(), ...headers } }));
  }

  async post(
    path: string,
    fields: Record<string, string> | [string, string][],
    headers: Record<string, string> = {},
  ) {
    const answer = await plainRequest(this.port, {
      method: 'POST',
      path,
      headers: {
        origin: `http://127.0.0.1:${this.port}`,
        'sec-fetch-site': 'same-origin',
        'content-type': 'application/x-www-form-urlencoded',
        ...this.#own(),
        ...headers,
      },
      body: new URLSearchParams(fields).toString(),
    });
    return this.#keep(answer);
  }

  #own(): Record<string, string> {
    return this.#cookies.size === 0 ? {} : { cookie: this.cookie };
  }

  #keep(answer: PlainAnswer): PlainAnswer {
    for (const line of answer.headers['set-cookie'] ?? []) {
      const [pair = ''] = line.split(';');
      const [name = '', value = ''] = pair.split('=');
      if (/Max-Age=0/i.test(line)) this.#cookies.delete(name);
      else this.#cookies.set(name, value);
    }
    return answer;
  }
}

/** The value of a hidden field of a page. */
export function fieldOf({ text }: PlainAnswer, name: string): string {
  return new RegExp(`name="${name}" value="([^"]*)"`).exec(text)?.[1] ?? '';
}
