/** The conformance fixture on HTTP, with nothing of ours between: what a scenario gives directly. Prints its port. */
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { Readable } from 'node:stream';
import {
  createMcpHandler,
  isLegacyRequest,
  WebStandardStreamableHTTPServerTransport,
} from '@modelcontextprotocol/server';
import { fixtureServer } from './fixture-server.mjs';

const KINDS = { tools: 'toolsChanged', prompts: 'promptsChanged', resources: 'resourcesChanged' };
const modern = createMcpHandler((context) => fixtureServer(context, (kind) => modern.notify[KINDS[kind]]()), {
  legacy: 'reject',
});
const sessions = new Map();

async function answerLegacy(request) {
  const known = sessions.get(request.headers.get('mcp-session-id') ?? '');
  if (known !== undefined) return known.handleRequest(request);
  const transport = new WebStandardStreamableHTTPServerTransport({
    sessionIdGenerator: randomUUID,
    onsessioninitialized: (id) => void sessions.set(id, transport),
  });
  await fixtureServer({ era: 'legacy' }).connect(transport);
  return transport.handleRequest(request);
}

async function answer(incoming, outgoing) {
  const { port } = http.address();
  const { host = '' } = incoming.headers;
  const origin = incoming.headers.origin ?? `http://${host}`;
  const own = [`localhost:${port}`, `127.0.0.1:${port}`];
  if (!own.includes(host) || !own.includes(new URL(origin).host)) return new Response('', { status: 403 });
  const gone = new AbortController();
  outgoing.once('close', () => gone.abort());
  const request = new Request(`http://${host}${incoming.url}`, {
    method: incoming.method,
    headers: Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]),
    ...(incoming.method === 'POST' ? { body: Readable.toWeb(incoming), duplex: 'half' } : {}),
    signal: gone.signal,
  });
  return (await isLegacyRequest(request)) ? answerLegacy(request) : modern.fetch(request);
}

async function serve(incoming, outgoing) {
  try {
    const response = await answer(incoming, outgoing);
    outgoing.writeHead(response.status, Object.fromEntries(response.headers));
    if (response.body === null) outgoing.end();
    else
      Readable.fromWeb(response.body)
        .on('error', () => outgoing.end())
        .pipe(outgoing);
  } catch {
    outgoing.writeHead(500).end();
  }
}

const http = createServer((incoming, outgoing) => void serve(incoming, outgoing));
http.listen(0, '127.0.0.1', () => console.info(http.address().port));
