import { request } from 'node:http';

export interface AddressedAnswer {
  readonly status: number;
  readonly text: string;
}

export interface AddressedRequest {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Sends a request to a server of this machine from one of its loopback addresses, on a connection of its own. */
export function requestFrom(
  localAddress: string,
  port: number,
  { method = 'GET', path = '/healthz', headers = {}, body = '' }: AddressedRequest = {},
): Promise<AddressedAnswer> {
  return new Promise((resolve, reject) => {
    request({
      host: '127.0.0.1',
      localAddress,
      port,
      method,
      path,
      agent: false,
      headers: {
        host: `127.0.0.1:${port}`,
        'content-length': String(Buffer.byteLength(body)),
        ...headers,
      },
    })
      .on('response', (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (piece: string) => {
          text += piece;
        });
        response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
      })
      .on('error', reject)
      .end(body);
  });
}
