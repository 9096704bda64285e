#!/usr/bin/env node
/**
 * `npm run clients [-- PATH]`: a real Claude Code, on the PATH or at PATH, before a Gatehouse of its own, with a loopback in
 * place of the model. What runs, what does not, and that nothing runs when the server is gone, was replaced, or the user
 * wants no hooks. Two minutes; not part of the tests, since the client is no part of this project.
 */
import { fileURLToPath } from 'node:url';
import { buildBundles } from '../build/build-bundles.mjs';
import { requireNode } from '../run/required-node.mjs';
import { ClaudeCode } from './claude-code.mjs';
import { endpointCases } from './endpoint-cases.mjs';
import { failingCases } from './failing-cases.mjs';
import { governedCases } from './governed-cases.mjs';
import { Installation } from './installation.mjs';
import { loginCases } from './login-cases.mjs';
import { managedCases } from './managed-cases.mjs';
import { MessagesApi } from './messages-api.mjs';

/** The client believes whoever answers it; the documentation of hooks says so. */
const BELIEVED_OVER_HTTP = ['an empty 200', 'a 204', 'an empty object', 'an allow'];

requireNode({ 24: 11 });
const root = fileURLToPath(new URL('../../', import.meta.url));
await buildBundles({});
const api = new MessagesApi();
const installation = await Installation.create(root);
let met = true;
const report = (findings) => {
  for (const finding of findings) {
    console.log(`${finding.met ? 'met' : 'MISSED'}  ${finding.claim}: ${finding.figure}`);
    met &&= finding.met;
  }
};
const program = process.argv[2] ?? 'claude';
try {
  const client = new ClaudeCode({ program, installation, api, url: await api.start() });
  const version = await client.version().catch(() => null);
  if (version === null) {
    console.error(`Claude Code cannot be started as ${program}.`);
    console.error(
      'Install it (npm install --global @anthropic-ai/claude-code) or name it: npm run clients -- PATH',
    );
    met = false;
  } else {
    console.log(version);
    await tryAll(client);
  }
} finally {
  await installation.remove();
  await api.stop();
}
process.exit(met ? 0 : 1);

async function tryAll(client) {
  await installation.start();
  for (const [form, believed] of [
    ['http', BELIEVED_OVER_HTTP],
    ['command', []],
  ]) {
    await installation.gatehouse('core', 'hooks', 'install', '--email', 'maya@example.test', '--form', form);
    report(await governedCases(client, installation, form));
    report(await failingCases(client, installation, form, believed));
  }
  report(await endpointCases(client, installation));
  report(await loginCases(client, installation));
  report(await managedCases(client, installation, root));
}
