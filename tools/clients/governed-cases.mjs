import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DESTRUCTIVE, PRINT_TOKEN, TOKEN, touch, writeToken } from './calls.mjs';

const ROWS = [
  'decided Bash allow default_allow',
  'completed Bash allow default_allow',
  'decided Bash deny blocklisted',
  'decided Write deny secret_detected',
  'decided Bash allow default_allow',
  'completed Bash allow default_allow',
];

/** What runs, what is denied, what comes back redacted, and the rows of all of it. */
export async function governedCases(client, installation, form, args = []) {
  const [ran, written] = ['ran', 'written'].map((file) => join(installation.project, file));
  const before = await lastRow(installation);
  const calls = [touch('ran'), DESTRUCTIVE, writeToken(written), PRINT_TOKEN];
  const { results, said } = await client.session(calls, args);
  const [first, second, third, fourth] = results;
  const rows = await callRows(installation, before);
  const findings = [
    ['what is harmless runs', existsSync(ran) && first?.isError === false],
    ['what is destructive is denied', second?.isError === true && second.text.includes('[GOVERNANCE]')],
    [
      'what holds a credential is denied',
      third?.isError === true && third.text.includes('(secret_detected)') && !existsSync(written),
    ],
    [
      'a credential in a result is redacted before the model sees it',
      fourth?.text.includes('[REDACTED:') === true && !fourth.text.includes(TOKEN),
    ],
    ['every call has its rows', rows.join('\n') === ROWS.join('\n')],
  ];
  await rm(ran, { force: true });
  return findings.map(([what, met]) => ({
    claim: `${form}: ${what}`,
    met,
    figure: met ? 'yes' : `no: ${JSON.stringify({ results, rows })} ${said.trim()}`,
  }));
}

async function lastRow(installation) {
  const [row] = await installation.rows('select id from audit_log order by id desc limit 1');
  return row.id;
}

async function callRows(installation, after) {
  const rows = await installation.rows(
    `select event, action, decision, policy from audit_log
      where id > '${after}' and event like 'tool_call.%' and client_id = 'claude-code' order by id`,
  );
  return rows.map(({ event, action, decision, policy }) =>
    [event.replace('tool_call.', ''), action, decision, policy].join(' '),
  );
}
