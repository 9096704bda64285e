import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { destinationPolicy } from './address/destination-policy.ts';
import { sendOutbound, streamOutbound } from './outbound-client.ts';
import { openExchange } from './request/open-exchange.ts';

const OPEN = destinationPolicy([]);
const servers: Server[] = [];

afterEach(async () => {
  await Promise.all(
    servers.splice(0).map((server) => {
      server.closeAllConnections();
      return new Promise((closed) => server.close(closed));
    }),
  );
});

async function aServer(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const sent = { origin: 'configured', timeoutMs: 5_000, maxBytes: 1_000 } as const;

describe('a request that leaves the process', () => {
  it('brings its method, headers and body, and the whole answer back', async () => {
    const url = await aServer((request, response) => {
      request.on('data', (body) => {
        response.writeHead(201, { 'x-method': request.method, 'x-given': request.headers['x-given'] });
        response.end(`${body}!`);
      });
    });
    const answer = await sendOutbound(
      { ...sent, url, method: 'POST', headers: { 'x-given': 'so' }, body: 'hello' },
      OPEN,
    );
    expect(answer).toMatchObject({ status: 201, headers: { 'x-method': 'POST', 'x-given': 'so' } });
    expect(answer.body.toString()).toBe('hello!');
  });

  it('follows no redirect', async () => {
    let followed = false;
    const url = await aServer((request, response) => {
      followed ||= request.url === '/next';
      response.writeHead(302, { location: '/next' }).end();
    });
    await expect(sendOutbound({ ...sent, url }, OPEN)).rejects.toMatchObject({ code: 'OUTBOUND_REDIRECTED' });
    expect(followed).toBe(false);
  });

  it('takes no more than it was told to', async () => {
    const url = await aServer((_request, response) => void response.end('x'.repeat(1_001)));
    await expect(sendOutbound({ ...sent, url }, OPEN)).rejects.toMatchObject({ code: 'OUTBOUND_TOO_LARGE' });
  });

  it.each([
    ['never answers', () => undefined],
    ['never ends its answer', (response: { write(text: string): void }) => response.write('a')],
  ])('waits no longer than it was told to for a server that %s', async (_what, answer) => {
    const url = await aServer((_request, response) => answer(response));
    await expect(sendOutbound({ ...sent, url, timeoutMs: 100 }, OPEN)).rejects.toMatchObject({
      code: 'OUTBOUND_TIMEOUT',
    });
  });

  it('says so when the answer breaks off', async () => {
    const url = await aServer((_request, response) => {
      response.writeHead(200, { 'content-length': '10' });
      response.write('half', () => response.destroy());
    });
    await expect(sendOutbound({ ...sent, url }, OPEN)).rejects.toMatchObject({ code: 'OUTBOUND_BROKEN_OFF' });
  });

  it('says so when nobody listens', async () => {
    const url = await aServer(() => undefined);
    servers.pop()?.close();
    await expect(sendOutbound({ ...sent, url }, OPEN)).rejects.toMatchObject({
      code: 'OUTBOUND_UNREACHABLE',
    });
  });

  it('ends when its caller gives up, also in the midst of a stream', async () => {
    const url = await aServer((_request, response) => void response.write('first'));
    const caller = new AbortController();
    const { body } = await streamOutbound({ ...sent, url, signal: caller.signal }, OPEN);
    const read = (async () => {
      for await (const _chunk of body) caller.abort();
    })();
    await expect(read).rejects.toBeDefined();
  });
});

describe('where requests may go', () => {
  it.each([
    ['a metadata service', 'http://169.254.169.254/latest', 'configured'],
    ['a metadata service behind IPv6', 'http://[::ffff:169.254.169.254]/', 'configured'],
    ['this machine, on a stranger’s word', 'https://127.0.0.1/', 'foreign'],
    ['this machine in decimal', 'https://2130706433/', 'foreign'],
    ['this machine in hexadecimal', 'https://0x7f.1/', 'foreign'],
    ['a private network, on a stranger’s word', 'https://10.0.0.8/', 'foreign'],
    ['a stranger’s http', 'http://93.184.216.34/', 'foreign'],
  ] as const)('refuses %s', async (_what, url, origin) => {
    await expect(sendOutbound({ ...sent, url, origin }, OPEN)).rejects.toMatchObject({
      code: 'OUTBOUND_DESTINATION_REFUSED',
    });
  });

  it.each(['ftp://example.test/', 'http://user:pass@example.test/', 'file:///etc/passwd', 'no address'])(
    'refuses what is no address: %s',
    async (url) => {
      await expect(sendOutbound({ ...sent, url }, OPEN)).rejects.toMatchObject({
        code: 'OUTBOUND_URL_INVALID',
      });
    },
  );

  it('lets the operator list hosts and ranges, for strangers too', async () => {
    const url = await aServer((_request, response) => void response.end('in'));
    for (const allowed of [['127.0.0.1'], ['127.0.0.0/8']]) {
      const answer = await sendOutbound({ ...sent, url, origin: 'foreign' }, destinationPolicy(allowed));
      expect(answer.body.toString()).toBe('in');
    }
  });

  it('refuses a name when one of its addresses is refused', async () => {
    const exchange = openExchange(
      { ...sent, url: 'https://mixed.test/', origin: 'foreign' },
      OPEN,
      (_h, _o, done) =>
        done(null, [
          { address: '93.184.216.34', family: 4 },
          { address: '10.0.0.8', family: 4 },
        ]),
    );
    await expect(exchange).rejects.toMatchObject({ code: 'OUTBOUND_DESTINATION_REFUSED' });
  });

  it('connects to the address that was judged, whatever the name resolves to a moment later', async () => {
    const url = new URL(await aServer((_request, response) => void response.end('judged')));
    let answers = 0;
    const { port } = url;
    const answer = await openExchange(
      { ...sent, url: `http://moving.test:${port}/` },
      OPEN,
      (_host, _options, done) => {
        answers += 1;
        done(null, [{ address: answers === 1 ? '127.0.0.1' : '169.254.169.254', family: 4 }]);
      },
    );
    answer.resume();
    expect([answer.statusCode, answers]).toEqual([200, 1]);
  });
});
