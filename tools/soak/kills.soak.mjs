import { readFileSync } from 'node:fs';
import { account } from '../../apps/server/test/kills/account.ts';
import { Callers } from '../../apps/server/test/kills/callers.ts';
import { killDatabase, killServer } from '../../apps/server/test/kills/kill.ts';
import { buildServerToKill, ServerToKill } from '../../apps/server/test/kills/server-to-kill.ts';
import { freePort } from '../../libs/config/src/profile/free-port.ts';

const TIMES = 50;
const LOAD = { callers: 16, thinkMs: 20 };

/** Chains are recomputed at every so manieth look: that takes longer the more rows there are. */
const CHAINS_EVERY = 10;

/**
 * SIGKILL of PostgreSQL and then of the server at random moments under load, fifty times each (of ten minutes; fewer of
 * less): every allowed answer has its row, every call is accounted for, and nobody helps (claim A1). Looked at behind each
 * kill, and at the end of all when nobody calls any more.
 */
export async function soak({ minutes }) {
  const times = Math.min(TIMES, Math.max(2, Math.round(minutes * 5)));
  await buildServerToKill();
  const port = await freePort();
  const server = await ServerToKill.create(port);
  const loads = [];
  const looks = [];
  const look = async () => {
    const found = await account(server, loads, { chains: looks.length % CHAINS_EVERY === 0 });
    looks.push({ ...found, unaccounted: await unaccounted(port) });
  };
  const underLoad = async (kill) => {
    const load = new Callers({ port, token: server.token, ...LOAD });
    loads.push(load);
    const result = await kill(load);
    await load.stop();
    return result;
  };
  try {
    server.start();
    await server.ready();
    const outages = await underLoad((load) => killDatabase(server, load, { times, after: look }));
    // What is counted is a row a minute; a server that stops says it at once.
    await server.stop();
    server.start();
    await server.ready();
    const first = await account(server, loads);
    await underLoad((load) => killServer(server, load, { times, after: look }));
    const all = await account(server, loads);
    const postgres = await server.databasePid();
    await server.stop();
    return [
      ...ofDatabase(first, outages, times),
      ...ofServer(all, first, server.startsMs, times),
      ofLooks(looks),
      {
        claim: 'PostgreSQL ended with the last server',
        figure: String(!isAlive(postgres)),
        met: !isAlive(postgres),
      },
    ];
  } finally {
    await server.remove();
  }
}

function ofDatabase(found, outages, times) {
  const sum = found.rows + found.counted;
  return [
    {
      claim: `PostgreSQL killed ${times} times: allowed answers without their row`,
      figure: `${found.allowedWithoutRow} of ${found.allowed}`,
      met: found.allowedWithoutRow === 0,
    },
    {
      claim: 'calls sent are rows and what gap and summary rows count, none unanswered',
      figure: `${found.sent} sent, ${found.rows} rows and ${found.counted} counted, ${found.unanswered} unanswered`,
      met: sum === found.sent && found.unanswered === 0 && found.rowsTooMany === 0,
    },
    { claim: 'chains', figure: problemsOf(found), met: found.chainProblems.length === 0 },
    {
      claim: 'allowed again without help after each',
      figure: `${(Math.max(...outages) / 1000).toFixed(1)} s at most`,
      met: outages.length === times,
    },
  ];
}

function ofServer(found, before, starts, times) {
  const without = found.answeredWithoutRow - before.answeredWithoutRow;
  return [
    {
      claim: `the server killed ${times} times: answers without their row`,
      figure: `${without} of ${found.allowed + found.denied - before.allowed - before.denied}`,
      met: without === 0 && found.allowedWithoutRow === 0,
    },
    {
      claim: 'rows without a call, or two of one',
      figure: `${found.rowsTooMany} of ${found.rows}; ${found.unanswered} calls unanswered`,
      met: found.rowsTooMany === 0,
    },
    { claim: 'chains', figure: problemsOf(found), met: found.chainProblems.length === 0 },
    {
      claim: 'started again without help after each',
      figure: `${starts.length} starts became ready, the slowest in ${(Math.max(...starts) / 1000).toFixed(1)} s`,
      met: true,
    },
  ];
}

function ofLooks(looks) {
  const sum = (of) => looks.reduce((all, one) => all + of(one), 0);
  const found = {
    'allowed without a row': sum((one) => one.allowedWithoutRow),
    'rows too many': sum((one) => one.rowsTooMany),
    'broken chains': sum((one) => one.chainProblems.length),
    'calls left over': sum((one) => one.unaccounted),
  };
  return {
    claim: 'looked at behind each kill that was followed by an allowed call',
    figure: `${looks.length} looks; ${Object.entries(found)
      .map(([what, count]) => `${count} ${what}`)
      .join(', ')}`,
    met: looks.length > 0 && Object.values(found).every((count) => count === 0),
  };
}

/** What the server itself finds left over. */
async function unaccounted(port) {
  const response = await fetch(`http://127.0.0.1:${port}/readyz`);
  return (await response.json()).audit.calls.unaccounted;
}

function problemsOf({ chainProblems, rows }) {
  return chainProblems.length === 0 ? `whole, ${rows} decisions` : chainProblems.slice(0, 3).join('; ');
}

/** Dead processes whose parent is gone and that nobody collects (state Z) are no processes. */
function isAlive(pid) {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}
