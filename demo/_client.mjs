#!/usr/bin/env node
// What the demos need of HTTP and JSON, with Node alone: a laptop may have neither curl nor jq.
import { once } from 'node:events';
import { Agent, createServer as createHttpServer, request } from 'node:http';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

const commands = {
  /** get URL: the body; exits 1 when the status is no success. */
  async get(url) {
    const response = await fetch(url);
    print(await response.text());
    if (!response.ok) process.exitCode = 1;
  },

  /** status URL TOKEN: the status that the address answers with. */
  async status(url, token) {
    const response = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
    await response.arrayBuffer();
    print(String(response.status));
  },

  /** from ADDRESS URL [HEADER VALUE]: the status that a request from this address of ours is answered with. */
  async from(localAddress, url, header, value) {
    const { hostname, port, pathname, host } = new URL(url);
    const asked = request({
      host: hostname === 'localhost' ? '127.0.0.1' : hostname,
      port,
      path: pathname,
      localAddress,
      agent: false,
      headers: { host, ...(header === undefined ? {} : { [header]: value }) },
    }).end();
    const [response] = await once(asked, 'response');
    response.resume();
    print(String(response.statusCode));
  },

  /** wait URL SECONDS: until it answers with success. */
  async wait(url, seconds) {
    const until = Date.now() + Number(seconds) * 1000;
    while (Date.now() < until) {
      const ok = await fetch(url).then(
        (response) => response.ok,
        () => false,
      );
      if (ok) return;
      await delay(200);
    }
    process.exitCode = 1;
  },

  /** port: the number of a port that is free. */
  async port() {
    const probe = createServer().listen(0, '127.0.0.1');
    await once(probe, 'listening');
    print(String(probe.address().port));
    probe.close();
  },

  /** listen PORT STATUS BODY: answers every request with that, until it is ended; prints a line when it does. */
  async listen(port, status, body) {
    const impostor = createHttpServer((incoming, response) => {
      incoming.resume();
      response.writeHead(Number(status), { 'content-type': 'application/json' }).end(body);
    });
    impostor.listen(Number(port), '127.0.0.1');
    await once(impostor, 'listening');
    print('listening');
  },

  /** mcp URL TOKEN TOOL ARGUMENTS: greets an MCP server, calls one tool; prints the status and the answer. */
  async mcp(url, token, tool, input) {
    const send = (message, session) =>
      fetch(url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          accept: 'application/json, text/event-stream',
          ...(token === '' ? {} : { authorization: `Bearer ${token}` }),
          ...(session === null ? {} : { 'mcp-session-id': session }),
        },
        body: JSON.stringify({ jsonrpc: '2.0', ...message }),
      });
    const clientInfo = { name: 'gatehouse-demo', version: '1' };
    const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo };
    let response = await send({ id: 1, method: 'initialize', params }, null);
    if (response.ok) {
      const session = response.headers.get('mcp-session-id');
      await send({ method: 'notifications/initialized' }, session);
      const call = { name: tool, arguments: JSON.parse(input) };
      response = await send({ id: 2, method: 'tools/call', params: call }, session);
    }
    print(`${response.status} ${await response.text()}`);
  },

  /** hook URL TOKEN TOOL INPUT SESSION [TRACEPARENT]: one PreToolUse, as a client posts it; prints the answer. */
  async hook(url, token, tool, input, session, traceparent) {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${token}`,
        ...(traceparent === undefined ? {} : { traceparent }),
      },
      body: JSON.stringify({
        hook_event_name: 'PreToolUse',
        session_id: session,
        cwd: '/home/maya/project',
        permission_mode: 'default',
        tool_name: tool,
        tool_input: JSON.parse(input),
        tool_use_id: `toolu_${crypto.randomUUID().replaceAll('-', '')}`,
      }),
    });
    print(await response.text());
  },

  /** flood URL TOKEN N SESSION: N harmless calls, one after the other; prints how many were allowed and denied. */
  async flood(url, token, n, session) {
    const tally = { allow: 0, deny: 0, reasons: {} };
    for (let i = 0; i < Number(n); i += 1) {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body: JSON.stringify({
          hook_event_name: 'PreToolUse',
          session_id: session,
          tool_name: 'Read',
          tool_input: { file_path: `notes-${i}.txt` },
          tool_use_id: `${session}-${i}`,
        }),
      });
      const { permissionDecision, permissionDecisionReason } = (await response.json()).hookSpecificOutput;
      tally[permissionDecision] += 1;
      if (permissionDecisionReason) {
        const policy = /\((\w+)\)$/.exec(permissionDecisionReason)?.[1] ?? 'unknown';
        tally.reasons[policy] = (tally.reasons[policy] ?? 0) + 1;
      }
    }
    print(JSON.stringify(tally));
  },

  /**
   * load URL TOKEN N CONNECTIONS SESSION: N calls over so many connections, every tenth of them destructive; prints
   * how many were allowed and denied, and how fast the answers came.
   */
  async load(url, token, n, connections, session) {
    const agent = new Agent({ keepAlive: true, maxSockets: Number(connections) });
    const tally = { answers: 0, allow: 0, deny: 0, other: 0 };
    const latencies = [];
    let next = 0;
    const startedAt = performance.now();
    await Promise.all(
      Array.from({ length: Number(connections) }, async () => {
        for (let i = next++; i < Number(n); i = next++) {
          const destructive = i % 10 === 9;
          const sentAt = performance.now();
          const answer = await postJson(agent, url, token, {
            hook_event_name: 'PreToolUse',
            session_id: session,
            tool_name: destructive ? 'Bash' : 'Read',
            tool_input: destructive ? { command: 'rm -rf /' } : { file_path: `notes-${i}.txt` },
            tool_use_id: `${session}-${i}`,
          });
          latencies.push(performance.now() - sentAt);
          tally.answers += 1;
          const decision = answer.hookSpecificOutput?.permissionDecision ?? 'other';
          tally[decision in tally ? decision : 'other'] += 1;
        }
      }),
    );
    const seconds = (performance.now() - startedAt) / 1000;
    agent.destroy();
    latencies.sort((a, b) => a - b);
    const at = (share) => Number(latencies[Math.floor((latencies.length - 1) * share)].toFixed(1));
    print(
      JSON.stringify({
        ...tally,
        per_second: Math.round(tally.answers / seconds),
        p50_ms: at(0.5),
        p99_ms: at(0.99),
      }),
    );
  },

  /** json PATH: the member of the JSON on standard input, `a.0.b`; objects as JSON, nothing for nothing. */
  async json(path) {
    let value = JSON.parse(await text(process.stdin));
    for (const name of path.split('.')) value = value?.[name];
    if (value === undefined || value === null) return;
    print(typeof value === 'object' ? JSON.stringify(value) : String(value));
  },

  /** metric URL NAME LABELS: the value of one series; 0 when there is none. */
  async metric(url, name, labels) {
    const lines = (await (await fetch(url)).text()).split('\n');
    const line = lines.find((candidate) => candidate.startsWith(`${name}{${labels}} `));
    print(line?.split(' ').at(-1) ?? '0');
  },
};

function postJson(agent, url, token, body) {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
    const sent = request(url, { method: 'POST', agent, headers }, (response) => {
      text(response).then((all) => resolve(JSON.parse(all)), reject);
    });
    sent.on('error', reject);
    sent.end(JSON.stringify(body));
  });
}

async function text(stream) {
  let all = '';
  for await (const chunk of stream.setEncoding('utf8')) all += chunk;
  return all;
}

function print(line) {
  process.stdout.write(`${line}\n`);
}

const [name, ...parameters] = process.argv.slice(2);
await commands[name](...parameters);
