import { type IncomingHttpHeaders, request } from 'node:http';

export interface PlainAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** One request with just the headers that it is given, `Host` too, which `fetch` does not let a test choose. */
export function plainRequest(
  port: number,
  {
    method = 'GET',
    path,
    headers = {},
    body,
  }: { method?: string; path: string; headers?: Readonly<Record<string, string>>; body?: string | Buffer },
): Promise<PlainAnswer> {
  return new Promise((resolve, reject) => {
    request({
      host: '127.0.0.1',
      port,
      method,
      path,
      agent: false,
      headers: {
        host: `127.0.0.1:${port}`,
        // Node sends no length with a DELETE of its own accord.
        ...(body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }),
        ...headers,
      },
    })
      .on('response', (response) => {
        let text = '';
        const done = () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
        response.setEncoding('utf8').on('data', (piece: string) => {
          text += piece;
        });
        response.on('end', done);
        // A stream of events has no end of its own: its head and what came with it are the answer.
        if (response.headers['content-type']?.startsWith('text/event-stream') === true) {
          done();
          response.on('error', () => undefined).destroy();
        }
      })
      .on('error', reject)
      .end(body);
  });
}
