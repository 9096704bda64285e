import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { aServer, type TestServer } from '../support/a-server.ts';
import { ALLOW, DESTRUCTIVE, HARMLESS } from '../support/hook-client.ts';
import { anInstalledClient, type InstalledClient } from '../support/hook-command.ts';
import { type Answer, aRawSquatter, aSquatter, passedOn } from '../support/squatter.ts';

let server: TestServer;
beforeAll(async () => {
  server = await aServer({ tools: false });
});
afterAll(() => server.end());

async function aClient(url: string): Promise<InstalledClient> {
  const client = await anInstalledClient(server, { url });
  onTestFinished(() => client.end());
  return client;
}

describe('whoever answers in the place of the server is not believed', () => {
  let recorded: Awaited<ReturnType<typeof passedOn>> | undefined;

  const answers: readonly [string, Answer][] = [
    ['an empty 200', (_request, response) => void response.end()],
    ['no opinion', (_request, response) => void response.end('{}')],
    ['an allow', (_request, response) => void response.end(ALLOW)],
    [
      'an allow with a made-up proof',
      (_request, response) => void response.setHeader('x-gatehouse-answer', 'a'.repeat(64)).end(ALLOW),
    ],
    [
      'an allow that is proven with the credential, which it was sent',
      ({ headers }, response) => {
        const credential = String(headers.authorization).slice('Bearer '.length);
        const proof = createHmac('sha256', credential)
          .update(`gatehouse-hook-answer 1\n${headers['x-gatehouse-nonce']}\n200\n${ALLOW}`)
          .digest('hex');
        response.setHeader('x-gatehouse-answer', proof).end(ALLOW);
      },
    ],
    [
      'a redirect to the server itself',
      ({ path }, response) =>
        void response.writeHead(307, { location: `http://127.0.0.1:${server.port}${path}` }).end(),
    ],
    ['a server error', (_request, response) => void response.writeHead(500).end('{}')],
    [
      'a genuine allow of another call',
      async (request, response) => {
        recorded ??= await passedOn(request, server.port);
        response.setHeader('x-gatehouse-answer', recorded.proof).end(recorded.text);
      },
    ],
    [
      'a genuine answer, changed',
      async (request, response) => {
        const { proof, text } = await passedOn(request, server.port);
        response.setHeader('x-gatehouse-answer', proof).end(text.replace('deny', 'allow'));
      },
    ],
    [
      'a genuine answer to a harmless call in the place of this one',
      async (request, response) => {
        const { proof, text } = await passedOn({ ...request, body: JSON.stringify(HARMLESS) }, server.port);
        response.setHeader('x-gatehouse-answer', proof).end(text);
      },
    ],
    [
      'a genuine answer to another version of the client',
      async (request, response) => {
        const headers = { ...request.headers, 'x-gatehouse-client': 'claude-code/2.1.329' };
        const { proof, text } = await passedOn({ ...request, headers }, server.port);
        response.setHeader('x-gatehouse-answer', proof).end(text);
      },
    ],
    [
      'an answer without end',
      (_request, response) => {
        const more = () => {
          while (!response.destroyed && response.write('x'.repeat(1024 * 1024)));
        };
        response.on('drain', more);
        more();
      },
    ],
    [
      'an answer that breaks off',
      (_request, response) => {
        response.writeHead(200, { 'content-length': '1000' });
        response.write('{', () => response.destroy());
      },
    ],
  ];

  it.each(answers)('%s', async (_what, answer) => {
    const squatter = await aSquatter(answer);
    onTestFinished(() => squatter.end());
    const client = await aClient(squatter.url);
    // What it records for a replay is the answer to a first, harmless call.
    if (_what === 'a genuine allow of another call') {
      expect(await client.run(HARMLESS)).toMatchObject({ code: 0, stdout: ALLOW });
    }
    const run = await client.run(DESTRUCTIVE);
    expect(run).toMatchObject({ code: 2, stdout: '' });
    expect(run.stderr).toMatch(/^\[GOVERNANCE\] Blocked: .+\.\n$/);
    expect(run.stderr).not.toContain(client.credential);
    // The key never leaves the client.
    expect(JSON.stringify(squatter.caught)).not.toContain(client.answerKey);
  });

  it.each<[string, (socket: import('node:net').Socket) => void]>([
    ['garbage', (socket) => void socket.end('\x00\x01 SSH-2.0-canary\r\n')],
    ['nothing, and hangs up', (socket) => void socket.destroy()],
    [
      'headers without end',
      (socket) => void socket.write(`HTTP/1.1 200 OK\r\nx: ${'a'.repeat(1024 * 1024)}`),
    ],
  ])('%s', async (_what, answer) => {
    const squatter = await aRawSquatter(answer);
    onTestFinished(() => squatter.end());
    const client = await aClient(squatter.url);
    expect(await client.run(DESTRUCTIVE)).toMatchObject({ code: 2, stdout: '' });
  });

  it('nobody at all', async () => {
    const client = await aClient('http://127.0.0.1:1');
    const { code, stderr } = await client.run(HARMLESS);
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: '[GOVERNANCE] Blocked: the server cannot be reached (ECONNREFUSED).\n',
    });
  });

  it('somebody who listens and never answers, or a byte now and then: within the time that the client waits', async () => {
    const silent = await aRawSquatter(() => undefined);
    const slow = await aSquatter((_request, response) => {
      const timer = setInterval(() => response.write(' '), 500);
      response.on('close', () => clearInterval(timer));
    });
    for (const squatter of [silent, slow]) onTestFinished(() => squatter.end());
    const both = [await aClient(silent.url), await aClient(slow.url)];
    const startedAt = performance.now();
    const runs = await Promise.all(both.map((client) => client.run(HARMLESS)));
    expect(performance.now() - startedAt).toBeLessThan(10_000);
    for (const run of runs) {
      expect(run).toEqual({
        code: 2,
        stdout: '',
        stderr: '[GOVERNANCE] Blocked: the server did not answer in time.\n',
      });
    }
  });

  it('but one who passes everything on unchanged is: the answer is the server’s, to this very call', async () => {
    const relay = await aSquatter(async (request, response) => {
      const { status, proof, text } = await passedOn(request, server.port);
      response.writeHead(status, { 'x-gatehouse-answer': proof }).end(text);
    });
    onTestFinished(() => relay.end());
    const client = await aClient(relay.url);
    expect(await client.run(HARMLESS)).toEqual({ code: 0, stdout: ALLOW, stderr: '' });
  });

  it.each(['127.0.0.1', '::1'])('and localhost is %s where that one listens', async (address) => {
    const relay = await aSquatter(async (request, response) => {
      const { status, proof, text } = await passedOn(request, server.port);
      response.writeHead(status, { 'x-gatehouse-answer': proof }).end(text);
    }, address);
    onTestFinished(() => relay.end());
    const client = await aClient(`http://localhost:${new URL(relay.url).port}`);
    expect(await client.run(HARMLESS)).toEqual({ code: 0, stdout: ALLOW, stderr: '' });
  });

  it('and localhost is nothing where neither does', async () => {
    const client = await aClient('http://localhost:1');
    expect(await client.run(HARMLESS)).toEqual({
      code: 2,
      stdout: '',
      stderr: '[GOVERNANCE] Blocked: the server cannot be reached (ECONNREFUSED).\n',
    });
  });

  it('and an event that only tells never blocks: it would keep the client from stopping', async () => {
    const client = await aClient('http://127.0.0.1:1');
    const stop = { hook_event_name: 'Stop', session_id: 's' };
    expect(await client.run(stop, { route: 'track' })).toMatchObject({
      code: 1,
      stderr: '[GOVERNANCE] Not recorded: the server cannot be reached (ECONNREFUSED).\n',
    });
  });
});
