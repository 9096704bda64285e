/**
 * A load generator on raw sockets, so that little of the two cores goes into generating: each connection sends one
 * request, waits for the answer, sends the next. Bounded in time; loopback only.
 */
import { connect } from 'node:net';

const HEADER_END = Buffer.from('\r\n\r\n');

/**
 * @param {{ port: number, path: string, token: string, body: string, connections: number, seconds: number,
 *   expect: string, reconnect?: boolean, unique?: string }} options `expect` must stand in every answer's body; with
 *   `reconnect` a connection that the server ends is opened again; where `unique` stands in the body, each request has a
 *   number of its own, as long as it
 * @returns {Promise<{ perSecond: number, answered: number, wrong: number, said: string[], p50Ms: number, p99Ms: number }>}
 *   `said`: what the first wrong answers said
 */
export async function load({
  port,
  path,
  token,
  body,
  connections,
  seconds,
  expect,
  reconnect = false,
  unique,
}) {
  const request = Buffer.from(
    `POST ${path} HTTP/1.1\r\nhost: localhost:${port}\r\nauthorization: Bearer ${token}\r\n` +
      `content-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
  const wanted = Buffer.from(expect);
  const numbers = unique === undefined ? undefined : { at: request.indexOf(unique), length: unique.length };
  const latencies = [];
  let wrong = 0;
  const said = [];
  const startedAt = performance.now();
  const endsAt = startedAt + seconds * 1000;
  await Promise.all(
    Array.from({ length: connections }, () =>
      (async () => {
        do {
          const own = numbers === undefined ? request : Buffer.from(request);
          await converse({ port, request: own, numbers, endsAt, mayBreak: reconnect }, (ms, answer) => {
            latencies.push(ms);
            if (answer.includes(wanted)) return;
            wrong += 1;
            if (said.length < 5) said.push(gistOf(answer));
          });
        } while (reconnect && performance.now() < endsAt);
      })(),
    ),
  );
  const elapsed = (performance.now() - startedAt) / 1000;
  const sorted = Float64Array.from(latencies).sort();
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return {
    perSecond: sorted.length / elapsed,
    answered: sorted.length,
    wrong,
    said,
    p50Ms: at(0.5),
    p99Ms: at(0.99),
  };
}

/** The reason of a decision, or how the answer begins. */
function gistOf(answer) {
  const text = answer.toString('latin1');
  return /"permissionDecisionReason":"([^"]*)"/.exec(text)?.[1] ?? text.slice(0, 120);
}

/** One connection: request, answer, request, until the time is over. */
function converse({ port, request, numbers, endsAt, mayBreak }, answered) {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    let sentAt = 0;
    let pending = null;
    const send = () => {
      if (numbers !== undefined) request.write(nextNumber(numbers.length), numbers.at, 'latin1');
      sentAt = performance.now();
      socket.write(request);
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
    socket.on('error', mayBreak ? () => undefined : reject);
    socket.on('close', resolve);
    // One that is made to wait for its answer is not waited for.
    setTimeout(() => socket.destroy(), Math.max(0, endsAt - performance.now()) + 8000).unref();
  });
}

const numberedFrom = Date.now();
let numbered = 0;

function nextNumber(length) {
  numbered += 1;
  return `${numberedFrom}${String(numbered)
    .padStart(length, '0')
    .slice(-(length - 13))}`;
}

function isWhole(buffer) {
  const end = buffer.indexOf(HEADER_END);
  if (end < 0) return false;
  const head = buffer.latin1Slice(0, end).toLowerCase();
  const at = head.indexOf('content-length: ');
  if (at < 0) throw new Error('an answer without a content length');
  return buffer.length >= end + 4 + Number.parseInt(head.slice(at + 16), 10);
}

if (process.argv[1] === import.meta.filename) {
  const report = await load(JSON.parse(process.argv[2]));
  process.stdout.write(`${JSON.stringify(report)}\n`);
}
