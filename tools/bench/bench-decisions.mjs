import { execFile, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { hookBody, TOOL_USE } from './hook-body.mjs';
import { median } from './median.mjs';

const REPETITIONS = 5;
const SECONDS = 3;
const ALLOW = '"permissionDecision":"allow"';
const run = promisify(execFile);

/** P1: decisions with their committed, sealed row beside an authenticated echo of the same body, interleaved. */
export async function benchDecisions(root) {
  const server = fork(join(root, 'apps/server/dist-bench/server-under-test.js'), [root], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  try {
    const [{ port, token }] = await once(server, 'message');
    const body = hookBody();
    const measure = async (path, connections, expect) => {
      const options = { port, path, token, body, connections, seconds: SECONDS, expect, unique: TOOL_USE };
      const { stdout } = await run(process.execPath, [
        join(root, 'tools/bench/load.mjs'),
        JSON.stringify(options),
      ]);
      return JSON.parse(stdout);
    };
    const echo = () => measure('/bench/echo', 100, '"tool_use_id":"toolu_');
    const govern = (connections) => measure('/api/v1/hooks/govern', connections, ALLOW);
    await echo();
    await govern(100);
    const rowsBefore = await auditRows(port);
    let answers = 0;
    const pairs = [];
    for (let i = 0; i < REPETITIONS; i += 1) {
      const echoed = await echo();
      const decided = await govern(100);
      answers += decided.answered;
      if (echoed.wrong + decided.wrong > 0)
        throw new Error(`${echoed.wrong} + ${decided.wrong} wrong answers`);
      pairs.push({ echoed, decided, ratio: decided.perSecond / echoed.perSecond });
    }
    const few = [];
    for (let i = 0; i < REPETITIONS; i += 1) few.push(await govern(10));
    answers += few.reduce((sum, one) => sum + one.answered, 0);
    const rows = (await auditRows(port)) - rowsBefore;
    const ratio = median(pairs.map((pair) => pair.ratio));
    const perSecond = median(pairs.map((pair) => pair.decided.perSecond));
    const echoes = median(pairs.map((pair) => pair.echoed.perSecond));
    const p99 = median(pairs.map((pair) => pair.decided.p99Ms));
    const fewP99 = median(few.map((one) => one.p99Ms));
    return [
      row('P1 decisions, 100 connections', `${Math.round(perSecond)}/s`, '20,000/s', perSecond >= 20_000),
      row('P1 of the echo', `${ratio.toFixed(2)} of ${Math.round(echoes)}/s`, '0.40', ratio >= 0.4),
      row('P1 p99, 100 connections', `${p99.toFixed(1)} ms`, '12 ms', p99 <= 12),
      row('P1 p99, 10 connections', `${fewP99.toFixed(1)} ms`, '5 ms', fewP99 < 5),
      row('A1 rows for answers', `${rows} rows, ${answers} answers`, 'no fewer', rows >= answers),
    ];
  } finally {
    server.send('stop');
    await once(server, 'exit');
  }
}

async function auditRows(port) {
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  return Number(/^gatehouse_audit_rows_total (\d+)/m.exec(text)[1]);
}

function row(claim, figure, target, met) {
  return { claim, figure, target, met };
}
