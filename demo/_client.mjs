#!/usr/bin/env node
// What the demos need of HTTP and JSON, with Node alone: a laptop may have neither curl nor jq.
import { setTimeout as delay } from 'node:timers/promises';

const commands = {
  /** get URL: the body; exits 1 when the status is no success. */
  async get(url) {
    const response = await fetch(url);
    print(await response.text());
    if (!response.ok) process.exitCode = 1;
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

  /** hook URL TOKEN TOOL INPUT SESSION: one PreToolUse, as a client posts it; prints the answer. */
  async hook(url, token, tool, input, session) {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
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
