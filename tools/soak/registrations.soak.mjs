import { execFile, fork } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { hookBody } from '../bench/hook-body.mjs';

const REGISTRATIONS = 10_000;
/** More than may wait: some are turned away unread. */
const CONNECTIONS = 3000;
/** What a network may register in a minute. */
const ALLOWANCE = 30;
/** A summary row comes each minute. */
const SUMMARY_MS = 75_000;
/** What the second half may leave more on the heap than the first did. What is left after a collection counts. */
const FLAT = 1.1;
const SAMPLES = 20;
const run = promisify(execFile);

/**
 * Ten thousand registrations of OAuth clients (RFC 7591) from one network, as fast as they are answered: how many
 * clients there are then, whether the rows count every single one, what it takes of memory, and whether a caller with a
 * token is served meanwhile (threats T6, T28). Takes what it takes: about a minute and a half, and one for the last row.
 */
export async function soak({ root }) {
  const server = fork(join(root, 'apps/server/dist-bench/server-under-test.js'), [root], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  try {
    const [{ port, token, apiToken }] = await once(server, 'message');
    const api = (path) => json(port, `/api/v1/${path}`, apiToken);
    const before = await memoryOf(port);
    const served = caller(root, port, token);
    const startedAt = performance.now();
    const answers = new Map();
    await flood(port, REGISTRATIONS / 2, answers);
    const between = await memoryOf(port);
    await flood(port, REGISTRATIONS / 2, answers);
    const seconds = (performance.now() - startedAt) / 1000;
    const after = await memoryOf(port);
    const made = answers.get('201') ?? 0;
    const { clients } = await api('clients?kind=registered');
    const rows = await summarised(api, REGISTRATIONS - made);
    const registered = await countOf(api, 'client.registered');
    const rejected = await countOf(api, 'request.rejected');
    const counted = rows.reduce((sum, count) => sum + count, 0);
    const report = await served.end();
    const minutes = Math.floor(seconds / 60) + 1;
    return [
      {
        claim: `clients of ${REGISTRATIONS} registrations in ${seconds.toFixed(0)} s, ${ALLOWANCE} a minute at most`,
        figure: `${clients.length}; answers: ${[...answers].map(([what, count]) => `${count} × ${what}`).join(', ')}`,
        met: made > 0 && clients.length === made && made <= ALLOWANCE * minutes,
      },
      {
        claim: 'every registration is a row or counted in one',
        figure: `${registered} rows of clients, ${rejected} of refusals, ${counted} counted in ${rows.length} summaries`,
        met:
          registered === made &&
          registered + rejected + counted === REGISTRATIONS &&
          rows.length <= minutes + 1,
      },
      {
        claim: 'memory flat over the second half of them',
        figure: [before, between, after]
          .map(({ heap, resident }) => `heap ${Math.round(heap)} MB, resident ${Math.round(resident)} MB`)
          .join('; then '),
        met: after.heap <= between.heap * FLAT + 8,
      },
      {
        claim: 'a caller with a token served meanwhile',
        figure: `${report.answered} calls, p99 ${report.p99Ms.toFixed(1)} ms, ${report.wrong} wrong${report.said.map((text) => `; ${text}`).join('')}`,
        met: report.answered > 0 && report.wrong === 0,
      },
    ];
  } finally {
    server.send('stop');
    await once(server, 'exit');
  }
}

/** Sends so many, and notes how often each answer came: the status, and the code. */
async function flood(port, registrations, answers) {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  let left = registrations;
  const sender = async () => {
    while (left > 0) {
      left -= 1;
      const what = await register(port, agent);
      answers.set(what, (answers.get(what) ?? 0) + 1);
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, sender));
  agent.destroy();
}

const BODY = JSON.stringify({
  redirect_uris: ['http://127.0.0.1/callback'],
  token_endpoint_auth_method: 'none',
});

async function register(port, agent) {
  const sent = request({
    host: '127.0.0.1',
    port,
    agent,
    method: 'POST',
    path: '/oauth/register',
    headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(BODY) },
  }).end(BODY);
  const [answer] = await once(sent, 'response');
  let text = '';
  for await (const piece of answer.setEncoding('utf8')) text += piece;
  if (answer.statusCode === 201) return '201';
  const { code, error } = JSON.parse(text);
  const when = answer.headers['retry-after'];
  return `${answer.statusCode} ${code ?? error}${when === undefined ? ' without Retry-After' : ''}`;
}

/** One connection that asks for decisions until it is ended. */
function caller(root, port, token) {
  const options = {
    port,
    path: '/api/v1/hooks/govern',
    body: hookBody(),
    token,
    connections: 1,
    expect: '"permissionDecision":"allow"',
  };
  const turns = [];
  let over = false;
  const turning = (async () => {
    while (!over) {
      const { stdout } = await run(process.execPath, [
        join(root, 'tools/bench/load.mjs'),
        JSON.stringify({ ...options, seconds: 10 }),
      ]);
      turns.push(JSON.parse(stdout));
    }
  })();
  return {
    end: async () => {
      over = true;
      await turning;
      return {
        answered: turns.reduce((sum, turn) => sum + turn.answered, 0),
        wrong: turns.reduce((sum, turn) => sum + turn.wrong, 0),
        said: turns.flatMap(({ said }) => said),
        p99Ms: Math.max(...turns.map(({ p99Ms }) => p99Ms)),
      };
    },
  };
}

/** What the summary rows count, once they count `expected` or no more are to come. */
async function summarised(api, expected) {
  const until = performance.now() + SUMMARY_MS;
  for (;;) {
    const { rows } = await api('audit?event=request.summarised&limit=100');
    const counts = rows.map(({ evaluation }) => evaluation.detail.count);
    if (counts.reduce((sum, count) => sum + count, 0) >= expected || performance.now() > until) return counts;
    await pause(1000);
  }
}

async function countOf(api, event) {
  let count = 0;
  let cursor = '';
  do {
    const { rows, next } = await api(`audit?event=${event}&limit=100${cursor}`);
    count += rows.length;
    cursor = next ? `&cursor=${encodeURIComponent(next)}` : '';
  } while (cursor !== '');
  return count;
}

async function json(port, path, token) {
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
    headers: { authorization: `Bearer ${token}` },
  });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}

/** In MB, the least of some samples. */
async function memoryOf(port) {
  const least = { heap: Number.POSITIVE_INFINITY, resident: Number.POSITIVE_INFINITY };
  for (let sample = 0; sample < SAMPLES; sample += 1) {
    const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    const megabytes = (name) => Number(new RegExp(`^${name} (\\S+)`, 'm').exec(text)?.[1]) / 2 ** 20;
    least.heap = Math.min(least.heap, megabytes('nodejs_heap_size_used_bytes'));
    least.resident = Math.min(least.resident, megabytes('process_resident_memory_bytes'));
    await pause(250);
  }
  return least;
}
