import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createSocketServer, type Server, type Socket } from 'node:net';

/** A request as whoever listens on the server's port gets it. */
export interface CaughtRequest {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A program that listens where the server should, and answers in its place. */
export interface Squatter {
  readonly url: string;
  readonly caught: readonly CaughtRequest[];
  end(): Promise<void>;
}

export type Answer = (request: CaughtRequest, response: ServerResponse) => void | Promise<void>;

/** `address`: of this machine, where it listens. */
export async function aSquatter(answer: Answer, address = '127.0.0.1'): Promise<Squatter> {
  const caught: CaughtRequest[] = [];
  const server = createServer((message, response) => {
    void bodyOf(message).then((body) => {
      const request = { path: message.url ?? '', headers: message.headers, body };
      caught.push(request);
      return answer(request, response);
    });
  });
  return { ...(await listening(server, address)), caught };
}

/** One that does not speak HTTP. */
export async function aRawSquatter(answer: (socket: Socket) => void): Promise<Squatter> {
  const server = createSocketServer((socket) => {
    socket.on('error', () => undefined);
    answer(socket);
  });
  return { ...(await listening(server)), caught: [] };
}

/** Passes a request on to the real server, and gives back what it answered. */
export async function passedOn(
  { path, headers, body }: CaughtRequest,
  port: number,
): Promise<{ readonly status: number; readonly proof: string; readonly text: string }> {
  const kept = Object.entries(headers).filter(
    ([name, value]) => typeof value === 'string' && !/^(?:host|connection|content-length)$/.test(name),
  ) as [string, string][];
  const response = await fetch(`http://127.0.0.1:${port}${path}`, { method: 'POST', headers: kept, body });
  const proof = response.headers.get('x-gatehouse-answer') ?? '';
  return { status: response.status, proof, text: await response.text() };
}

async function listening(server: Server, address = '127.0.0.1'): Promise<Pick<Squatter, 'url' | 'end'>> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, address, resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${address.includes(':') ? `[${address}]` : address}:${port}`,
    end: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

async function bodyOf(message: IncomingMessage): Promise<string> {
  let body = '';
  message.setEncoding('utf8');
  for await (const text of message) body += text as string;
  return body;
}
