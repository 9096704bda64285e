/**
 * Calls a tool of an MCP server over Streamable HTTP (revision 2025-11-25) as fast as it answers: one session, so many
 * connections, each one call at a time, on raw sockets. Reads plain JSON and streams of events. Loopback only.
 */
import { connect } from 'node:net';

const HEADER_END = Buffer.from('\r\n\r\n');
const LAST_CHUNK = Buffer.from('\r\n0\r\n\r\n');
const ACCEPT = 'application/json, text/event-stream';

/** Opens a session as a client does, and returns the head of its further requests. */
async function openSession({ port, path, token }) {
  const headers = {
    accept: ACCEPT,
    'content-type': 'application/json',
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
  };
  const url = `http://127.0.0.1:${port}${path}`;
  const post = (message, more = {}) =>
    fetch(url, {
      method: 'POST',
      headers: { ...headers, ...more },
      body: JSON.stringify({ jsonrpc: '2.0', ...message }),
    });
  const params = {
    protocolVersion: '2025-11-25',
    capabilities: {},
    clientInfo: { name: 'bench', version: '1' },
  };
  let hello = await post({ id: 0, method: 'initialize', params });
  // A server that is not discovered yet is there in a moment.
  for (let i = 0; hello.status === 503 && i < 30; i += 1) {
    await new Promise((resolve) => setTimeout(resolve, 1000));
    hello = await post({ id: 0, method: 'initialize', params });
  }
  const session = hello.headers.get('mcp-session-id');
  await hello.text();
  if (!hello.ok || session === null) throw new Error(`${path}: no session, ${hello.status}`);
  const own = { 'mcp-session-id': session, 'mcp-protocol-version': '2025-11-25' };
  await (await post({ method: 'notifications/initialized' }, own)).text();
  return Object.entries({ ...headers, ...own })
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('');
}

/**
 * @param {{ port: number, path: string, token?: string, connections: number, seconds: number, message: string }} options
 * @returns {Promise<{ perSecond: number, answered: number, wrong: number, p50Ms: number, p99Ms: number }>}
 */
export async function mcpLoad(options) {
  const head = await openSession(options);
  const { port, path, connections, seconds, message } = options;
  const wanted = Buffer.from(message);
  const latencies = [];
  let wrong = 0;
  let id = 0;
  const request = () => {
    id += 1;
    const params = { name: 'echo', arguments: { message } };
    const body = JSON.stringify({ jsonrpc: '2.0', id, method: 'tools/call', params });
    const length = Buffer.byteLength(body);
    return `POST ${path} HTTP/1.1\r\nhost: localhost:${port}\r\n${head}content-length: ${length}\r\n\r\n${body}`;
  };
  const startedAt = performance.now();
  const endsAt = startedAt + seconds * 1000;
  await Promise.all(
    Array.from({ length: connections }, () =>
      converse(port, request, endsAt, (ms, answer) => {
        latencies.push(ms);
        if (!answer.includes(wanted) || answer.includes('"isError":true')) wrong += 1;
      }),
    ),
  );
  const elapsed = (performance.now() - startedAt) / 1000;
  const sorted = Float64Array.from(latencies).sort();
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  const perSecond = sorted.length / elapsed;
  return { perSecond, answered: sorted.length, wrong, p50Ms: at(0.5), p99Ms: at(0.99) };
}

/** Calls, one at a time on one connection, until the time is over; a connection that the server ends is opened again. */
function converse(port, request, endsAt, answered) {
  return new Promise((resolve) => {
    const open = () => {
      const socket = connect({ port, host: '127.0.0.1', noDelay: true });
      let sentAt = 0;
      let pending = null;
      const send = () => {
        sentAt = performance.now();
        socket.write(request());
      };
      socket.on('connect', send);
      socket.on('data', (chunk) => {
        pending = pending === null ? chunk : Buffer.concat([pending, chunk]);
        if (!isWhole(pending)) return;
        const now = performance.now();
        answered(now - sentAt, pending);
        pending = null;
        if (now >= endsAt) socket.end();
        else send();
      });
      socket.on('error', () => undefined);
      socket.on('close', () => (performance.now() < endsAt ? open() : resolve()));
      setTimeout(() => socket.destroy(), Math.max(0, endsAt - performance.now()) + 5000).unref();
    };
    open();
  });
}

function isWhole(buffer) {
  const end = buffer.indexOf(HEADER_END);
  if (end < 0) return false;
  const head = buffer.latin1Slice(0, end).toLowerCase();
  const at = head.indexOf('content-length: ');
  if (at >= 0) return buffer.length >= end + 4 + Number.parseInt(head.slice(at + 16), 10);
  return buffer.indexOf(LAST_CHUNK, end) >= 0;
}

if (process.argv[1] === import.meta.filename) {
  process.stdout.write(`${JSON.stringify(await mcpLoad(JSON.parse(process.argv[2])))}\n`);
}
