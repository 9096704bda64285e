import { request } from 'node:http';

export interface RawAnswer {
  readonly status: number;
  readonly body: string;
}

/** One request from a network of the test's choice: any address of 127.0.0.0/8 is this machine. */
export function postFrom(
  localAddress: string,
  target: { readonly port: number; readonly path: string; readonly method?: string },
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        host: '127.0.0.1',
        localAddress,
        port: target.port,
        path: target.path,
        method: target.method ?? 'POST',
        headers: { 'content-type': 'application/json', ...headers },
      },
      (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('end', () =>
          resolve({ status: answer.statusCode ?? 0, body: Buffer.concat(chunks).toString() }),
        );
        answer.on('error', reject);
      },
    );
    sent.on('error', reject);
    sent.end(target.method === 'GET' ? undefined : typeof body === 'string' ? body : JSON.stringify(body));
  });
}
