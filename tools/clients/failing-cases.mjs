import { existsSync, watch } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bash, touch } from './calls.mjs';
import { SQUATTERS, squatting } from './squatters.mjs';

/**
 * A server that is stopped, that is killed in the middle of a session, or in whose place another program answers: nothing
 * may run. `believed`: names of answers that the form believes, as its documentation says.
 */
export async function failingCases(client, installation, form, believed = []) {
  const findings = [await killedMidway(client, installation, form)];
  findings.push(await nothingRuns(client, installation, `${form}: no server`));
  for (const [name, make] of SQUATTERS.filter(([squatter]) => !believed.includes(squatter))) {
    const claim = `${form}: in the server's place ${name}`;
    findings.push(await squatting(make, installation.port, () => nothingRuns(client, installation, claim)));
  }
  await installation.start();
  return findings;
}

async function nothingRuns(client, installation, claim) {
  const file = join(installation.project, 'ran');
  const { said } = await client.session([touch('ran')]);
  const met = !existsSync(file);
  await rm(file, { force: true });
  return { claim, met, figure: met ? 'blocked' : `it ran: ${said.trim()}` };
}

/** The server is killed while the first call runs: the second must not. Leaves it stopped. */
async function killedMidway(client, installation, form) {
  const [first, go, second] = ['first', 'go', 'second'].map((file) => join(installation.project, file));
  const kill = async () => {
    await installation.stop('SIGKILL');
    await writeFile(go, '');
  };
  const kills = [];
  const watcher = watch(installation.project, () => {
    if (kills.length === 0 && existsSync(first)) kills.push(kill());
  });
  await client.session([bash('touch first; until [ -e go ]; do sleep 0.05; done'), touch('second')]);
  watcher.close();
  await Promise.all(kills);
  const met = kills.length > 0 && !existsSync(second);
  for (const file of [first, go, second]) await rm(file, { force: true });
  if (kills.length === 0) await installation.stop();
  return {
    claim: `${form}: the server is killed during a call`,
    met,
    figure: met ? 'the next is blocked' : 'the next ran',
  };
}
